"""Names, goods and phrases that made-up samples are filled with, by language.

The lists of two languages say the same in the same order, names apart, so that one draw gives a
sample and its answer in the other language.
"""

Words = dict[str, list[str]]


def _split(**lists: str) -> Words:
    return {language: text.split(", ") for language, text in lists.items()}


NAMES = _split(
    zh="林晓, 周远, 陈佳, 吴越, 赵敏, 何川, 郑宁, 孙悦, 马腾, 高洁, 罗晨, 唐薇, "
    "许可, 韩冰, 冯涛, 邓琳",
    en="Maya, Owen, Priya, Lucas, Hannah, Tomas, Aisha, Felix, Nora, Diego, Ingrid, Samuel, Leila, "
    "Marcus, Yuki, Grace",
)
GOODS = _split(
    zh="洗衣液, 橄榄油, 咖啡豆, 大米, 猫粮, 洗手液, 燕麦片, 花生酱, 酱油, 蜂蜜",
    en="laundry detergent, olive oil, coffee beans, rice, cat food, hand soap, oat flakes, "
    "peanut butter, soy sauce, honey",
)
THINGS = _split(
    zh="台灯, 背包, 电水壶, 耳机, 键盘, 雨伞, 保温杯, 充电宝, 书架, 台式风扇, 电饭煲, 行李箱",
    en="desk lamp, backpack, kettle, headset, keyboard, umbrella, thermos flask, power bank, "
    "bookshelf, desk fan, rice cooker, suitcase",
)
WEEKDAYS = _split(
    zh="星期一, 星期二, 星期三, 星期四, 星期五, 星期六, 星期日",
    en="Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
)
PLACES = _split(
    zh="里斯本, 京都, 内罗毕, 曼谷, 波哥大, 维也纳, 首尔, 开普敦, 新加坡, 迪拜, 布拉格, 河内",
    en="Lisbon, Kyoto, Nairobi, Bangkok, Bogotá, Vienna, Seoul, Cape Town, Singapore, Dubai, "
    "Prague, Hanoi",
)
CITIES = _split(
    zh="北京, 东京, 迪拜, 曼谷, 内罗毕, 拉各斯, 波哥大, 圣保罗, 新德里, 新加坡",
    en="Beijing, Tokyo, Dubai, Bangkok, Nairobi, Lagos, Bogotá, São Paulo, Delhi, Singapore",
)
OFFSETS = [480, 540, 240, 420, 180, 60, -300, -180, 330, 480]
"""Minutes that the cities are ahead of UTC; none of them changes its clocks."""
COURSES = _split(
    zh="陶艺课, 游泳班, 摄影讲座, 急救培训, 书法班, 编程营, 半程马拉松, 合唱团",
    en="pottery class, swimming course, photography lecture, first-aid training, "
    "calligraphy course, coding camp, half marathon, choir",
)
PURPOSES = _split(
    zh="复查, 牙医预约, 驾照考试, 面试, 房屋验收, 年检",
    en="check-up, dental appointment, driving test, job interview, flat inspection, car inspection",
)
SHOPS = _split(
    zh="东门店, 西门店, 河滨店, 车站店, 大学路店, 老街店",
    en="East Gate, West Gate, Riverside, Station, University Road, Old Street",
)
POINTS = _split(
    zh="检查护照有效期，至少还剩六个月, 把机票和酒店订单存到手机并打印一份, "
    "确认行李限重，液体单独装袋, 给银行卡开通境外支付, 带上常用药和处方, "
    "把行程发给家人一份, 买好境外流量或电话卡",
    en="Check that the passport is valid for at least six more months, "
    "Save flight and hotel bookings on the phone and print a copy, "
    "Check the baggage allowance and pack liquids in a separate bag, "
    "Enable the bank card for payments abroad, Pack regular medicines with their prescription, "
    "Send the itinerary to somebody at home, Arrange mobile data for the country of arrival",
)
TERMS = {
    "zh": [
        (
            "过拟合",
            "欠拟合",
            "模型在训练数据上几乎不出错，换成没见过的数据就差很多",
            "它把训练数据里的偶然细节也记住了，推广不到新数据",
        ),
        (
            "欠拟合",
            "过拟合",
            "模型在训练数据上就错得很多，换成新数据也一样差",
            "它连训练数据里的规律都没学到",
        ),
        (
            "通货膨胀",
            "通货紧缩",
            "一年里物价普遍持续上涨",
            "物价普遍上涨，同样的钱买到的东西就少了",
        ),
        (
            "通货紧缩",
            "通货膨胀",
            "一年里物价普遍持续下跌",
            "物价普遍下跌，同样的钱买到的东西反而多了",
        ),
        ("升华", "汽化", "樟脑丸越放越小，没有化成水", "它由固态直接变成气态，没有经过液态"),
        ("凝华", "凝固", "冬夜里水蒸气在窗上直接结成冰花", "它由气态直接变成固态，没有经过液态"),
        ("顺差", "逆差", "一个国家一年的出口额大于进口额", "卖给外国的多于买进来的，贸易账是正数"),
        ("逆差", "顺差", "一个国家一年的进口额大于出口额", "买进来的多于卖给外国的，贸易账是负数"),
        ("互利共生", "寄生", "小丑鱼住在海葵里，互相保护", "两种生物生活在一起，双方都得到好处"),
        ("寄生", "互利共生", "蛔虫住在人的肠道里吸取养分", "一方得到好处，另一方受到损害"),
        ("中位数", "众数", "一组数从小到大排好，取正中间的那个", "它看的是位置，不看出现几次"),
        ("众数", "中位数", "一组数里取出现次数最多的那个", "它看的是出现几次，不看位置"),
    ],
    "en": [
        (
            "overfitting",
            "underfitting",
            "a model makes hardly any errors on its training data and many on data it has not seen",
            "it has learned accidents of the training data that do not carry over to new data",
        ),
        (
            "underfitting",
            "overfitting",
            "a model makes many errors on its training data and just as many on new data",
            "it has not even learned the patterns of the training data",
        ),
        (
            "inflation",
            "deflation",
            "prices in general keep rising for a year",
            "when prices in general rise, the same money buys less",
        ),
        (
            "deflation",
            "inflation",
            "prices in general keep falling for a year",
            "when prices in general fall, the same money buys more",
        ),
        (
            "sublimation",
            "vaporization",
            "a mothball gets smaller and smaller without melting",
            "it turns from a solid straight into a gas and is never a liquid",
        ),
        (
            "deposition",
            "freezing",
            "on a winter night water vapour turns straight into ice on the window",
            "a gas becomes a solid here and is never a liquid",
        ),
        (
            "a trade surplus",
            "a trade deficit",
            "a country exports more than it imports in a year",
            "more is sold abroad than is bought there, so the balance of trade is positive",
        ),
        (
            "a trade deficit",
            "a trade surplus",
            "a country imports more than it exports in a year",
            "more is bought abroad than is sold there, so the balance of trade is negative",
        ),
        (
            "mutualism",
            "parasitism",
            "a clownfish lives in a sea anemone and each protects the other",
            "two species live together and both benefit",
        ),
        (
            "parasitism",
            "mutualism",
            "a roundworm lives in the human gut and feeds there",
            "one of the two benefits and the other is harmed",
        ),
        (
            "the median",
            "the mode",
            "numbers are put in order and the middle one is taken",
            "what counts is the place in the order, not how often a number occurs",
        ),
        (
            "the mode",
            "the median",
            "of several numbers the one that occurs most often is taken",
            "what counts is how often a number occurs, not its place in the order",
        ),
    ],
}
"""The right term, one that is often mistaken for it, the case, and the reason."""
