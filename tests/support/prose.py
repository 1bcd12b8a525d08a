"""Made-up prose in Chinese and English from word lists: varied, and the same for the same seed.

A document is a few sentences about one subject; sentences are drawn from patterns, and words from
lists, so that two documents share phrases as any two texts do, and no more.
"""

import random
import re
from string import Formatter

EN_WORDS = {
    "who": """the night porter|our head gardener|a retired pilot|the youngest clerk|my neighbour
        the harbour master|a visiting surgeon|the choir leader|an apprentice baker
        the union secretary
        a travelling salesman|the museum guard|her former tutor|the bus driver|a junior auditor
        the lighthouse keeper|an honest broker|the school nurse|a stubborn editor|the night shift
        his older cousin|the tax office|a local historian|the repair crew|the beekeeper
        a cautious investor|the stage manager|our landlord|the swimming coach
        an exchange student""",
    "thing": """copper kettle|insurance claim|wooden bridge|payroll spreadsheet|vegetable garden
        broken thermostat|library card|sourdough starter|fishing licence|gravel driveway
        rental contract|marathon plan|leaking radiator|chess opening|invoice template
        solar panel|garage door|sewing pattern|customs form|weather station|pressure cooker
        password manager|hiking boot|electricity bill|greenhouse roof|violin bow|parking permit
        backup script|wedding speech|aquarium filter|mortgage offer|bicycle chain|tomato seedling
        museum ticket|router firmware|winter coat|grant proposal|pension statement|concert poster
        espresso machine|drainage ditch|dental appointment|telescope mount|ferry timetable""",
    "verb": """inspect|repair|postpone|compare|label|replace|describe|measure|borrow|photograph
        catalogue|cancel|weigh|insure|polish|translate|dismantle|schedule|sketch|register
        recommend|deliver|donate|archive|clean|assemble|criticise|rename|auction|restore""",
    "adj": """reliable|expensive|crooked|quiet|outdated|fragile|generous|confusing|damp|promising
        narrow|famous|careless|temporary|bitter|enormous|polite|ordinary|suspicious|elegant
        wasteful|modest|urgent|clumsy|patient|unusual|bright|seasonal|rusty|tedious""",
    "place": """Lisbon|the old quarry|a village near Turin|the second floor|Aberdeen|platform nine
        the botanical garden|a warehouse in Osaka|the county archive|Montreal|the car park
        the north shore|a clinic in Nairobi|the town hall|Bergen|the loading dock|our kitchen
        a workshop in Ghent|the river bank|Wellington|the courtyard|a monastery|the fish market""",
    "time": """before the first frost|last Thursday|during the lunch break|in early March|at dawn
        after the audit|twice a month|on the eve of the election|within ten days|every other winter
        since the flood|at the end of term|over a long weekend|by half past four|in the dry season
        when the shop closes|during the strike|after midnight|a week too late|in her spare time""",
    "much": """forty-two euros|a third of the budget|nearly nine litres|half a dozen boxes|12 kg
        sixteen signatures|about 350 metres|two tonnes|seven spare keys|87 percent|three buckets
        less than an ounce|five hundred words|a dozen samples|19 dollars|one and a half hours""",
    "why": """the paint had never dried|nobody read the manual|the price of timber doubled
        its serial number was missing|two of the screws were loose|the committee lost its quorum
        the dog had buried it|rain got into the cable|the deadline moved forward
        everyone blamed the printer|the soil turned out to be acidic|a valve froze overnight
        the seller changed her mind|the map was drawn upside down|sugar attracts wasps
        the alarm kept ringing|his handwriting is illegible|the guests arrived by boat""",
}
EN_PATTERNS = """
{Who} wants to {verb} the {thing} {time}, because {why}.
How would you {verb} a {adj} {thing} if only {much} were left?
In {place} a {adj} {thing} costs {much}, which surprised {who}.
{Who} and {who} met in {place} and could not agree whether to {verb} the {thing}.
Please {verb} every {thing} that arrived {time} and keep {much} aside.
It is {adj} to {verb} anything in {place} unless {who} has signed for the {thing}.
The report says that {why}; {who} still hopes to {verb} the {adj} {thing}.
Nobody expected {much} to go missing {time}, least of all {who}.
Write down what {who} said about the {thing}, then {verb} the {adj} {thing} next to it.
A {thing} from {place} is rarely {adj}, yet {who} ordered {much}.
Since {why}, we had to {verb} the {thing} ourselves {time}.
Which is more {adj}, a {thing} or a {thing}, and what would {who} choose?
{Who} spent {much} on a {thing} and left it in {place}.
If {why}, explain to {who} how to {verb} the {thing} safely.
There were {much} in {place} {time}, all of them {adj}.
First {verb} the {thing}, next call {who}, and finally {verb} the {thing} in {place}.
The {adj} {thing} belongs to {who}, who moved to {place} {time}.
Half of the visitors thought the {thing} was {adj}; {who} disagreed, since {why}.
My aunt keeps a {adj} {thing} in {place} and lets {who} {verb} it {time}.
Compare the {thing} with last year's {thing}: it weighs {much} and looks {adj}.
Three letters from {place} mention {who}, a {thing} and {much}.
Not until {who} offered {much} did anyone {verb} the {thing}.
Dear {who}, the {thing} you sent {time} is too {adj}; may I {verb} it?
Outside {place} stands a {adj} sign that forbids anyone to {verb} a {thing}.
"Never {verb} a {thing} {time}," warned {who}.
My notes list {much}, one {thing} and the name of {who}.
Suppose {who} inherits a {thing} worth {much}: list two {adj} ways to use it.
Although {why}, the {thing} in {place} still works.
Draft a {adj} apology to {who} for what happened to the {thing}.
{Time}, {place} smells of soup and {adj} paper.
What makes a {thing} {adj}? Ask {who}, not the brochure.
With {much} you could {verb} two of them, or rent a {thing} {time}.
Rumour has it that {who} will {verb} {place} because {why}.
Every {adj} story about {place} ends with {who} and a {thing}.
"""
ZH_WORDS = {
    "who": """夜班保安|隔壁的王阿姨|退休的老船长|财务部的小李|实习药剂师|社区网格员|中学物理老师
        果园承包人|外卖骑手|博物馆讲解员|刚入职的程序员|装修队的木匠|民宿老板娘|图书管理员
        县医院的护士长|养蜂的表叔|合唱团指挥|地铁检修工|留学生张萌|物业经理|二手车贩子
        报社的老编辑|水产站的技术员|书法班的同学|快递站站长|律师助理|非遗传承人|健身教练""",
    "thing": """紫砂壶|租房合同|空气净化器|年终报表|阳台菜地|电动车电池|医保卡|酸菜坛子|签证材料
        防盗门锁|马拉松计划|漏水的水管|围棋残局|发票模板|太阳能板|旗袍样衣|报关单|气象站
        高压锅|密码本|登山靴|电费账单|温室大棚|二胡琴弦|停车证|备份脚本|婚礼致辞|鱼缸过滤器
        贷款方案|自行车链条|番茄苗|演出海报|路由器固件|羽绒服|基金申请书|养老金明细|咖啡机
        排水沟|牙科预约|天文望远镜|轮渡时刻表|老式缝纫机|竹编灯罩|族谱手稿""",
    "verb": """检查|修理|推迟|比较|登记|更换|描述|测量|借用|拍摄|整理|取消|称量|投保|打磨|翻译
        拆卸|安排|勾画|推荐|寄送|捐赠|归档|清洗|组装|点评|改名|拍卖|复原|估价""",
    "adj": """可靠|昂贵|歪斜|安静|过时|易碎|大方|费解|潮湿|有前途|狭窄|出名|马虎|临时|苦涩|庞大
        客气|普通|可疑|雅致|浪费|朴素|紧急|笨重|耐心|少见|鲜亮|应季|生锈|乏味""",
    "place": """泉州的骑楼下|旧采石场|洱海边的村子|办公楼二层|哈尔滨|九号站台|植物园|宁波的仓库
        县档案馆|兰州|地下车库|北岸渡口|社区卫生站|镇政府大院|佛山的作坊|卸货区|自家厨房
        江心洲|喀什|天井里|山间古寺|水产市场|苏州河畔|教学楼后面""",
    "time": """初霜之前|上周四|午休时间|三月上旬|天刚亮的时候|审计结束后|每月两次|换届前夕|十天之内
        隔年冬天|发大水以后|学期末|小长假期间|下午四点半以前|旱季|打烊以后|停工那几天|后半夜
        迟了一周|闲下来的时候""",
    "much": """四十二块钱|三分之一的预算|将近九升|六箱|12公斤|十六个签名|大约350米|两吨|七把备用钥匙
        百分之八十七|三桶|不到一两|五百字|一打样品|19张票|一个半小时""",
    "why": """油漆一直没干透|谁也没看说明书|木材价格翻了一番|序列号对不上|有两颗螺丝松了
        到会人数不够
        东西被狗埋起来了|雨水渗进了电缆|截止日期提前了|大家都怪打印机|土壤偏酸|阀门夜里冻住了
        卖家临时变卦|地图画反了|甜味招来了马蜂|警报响个不停|字迹实在难认|客人坐船来了""",
}
ZH_PATTERNS = """
{who}打算{time}{verb}{thing},原因是{why}。
如果只剩下{much},你会怎样{verb}一件{adj}的{thing}?
在{place},一个{adj}的{thing}要花{much},这让{who}大吃一惊。
{who}和{who}约在{place}见面,却为要不要{verb}{thing}争了起来。
请把{time}送到的{thing}逐一{verb},另外留出{much}。
没有{who}签字,在{place}{verb}任何{thing}都显得{adj}。
报告里写着{why},可{who}仍然想{verb}那个{adj}的{thing}。
谁也没想到{time}会少了{much},{who}更是没料到。
先记下{who}对{thing}的看法,再去{verb}旁边那件{adj}的{thing}。
{place}出产的{thing}很少这么{adj},{who}却订了{much}。
因为{why},我们只好{time}自己动手{verb}{thing}。
{thing}和{thing}哪个更{adj},换作{who}会怎么选?
{who}花{much}买了{thing},转头就忘在{place}了。
假如{why},该怎么教{who}安全地{verb}{thing}?
{time}{place}还有{much},件件都很{adj}。
第一步{verb}{thing},第二步通知{who},最后到{place}{verb}{thing}。
那个{adj}的{thing}归{who}所有,此人{time}搬去了{place}。
半数参观者觉得{thing}太{adj},{who}不同意,说是{why}。
姑妈在{place}存着一个{adj}的{thing},{time}才让{who}拿去{verb}。
拿今年的{thing}跟去年的{thing}对照,重{much},样子{adj}。
{place}寄来的三封信里提到了{who}、{thing}和{much}。
直到{who}拿出{much},才有人肯{verb}{thing}。
{who}您好,您{time}寄来的{thing}太{adj}了,能不能让我{verb}一下?
{place}门口立着块{adj}的牌子,不许人随便{verb}{thing}。
「{time}千万别{verb}{thing}。」{who}叮嘱道。
我的笔记上只有{much}、一件{thing}和{who}的名字。
设想{who}继承了价值{much}的{thing},列出两种{adj}的用法。
尽管{why},{place}的{thing}照样能用。
替我给{who}写封{adj}的道歉信,说明{thing}出了什么事。
{time}的{place}弥漫着汤味儿,日子过得{adj}。
{thing}怎样才算{adj}?别信广告,去问{who}。
有了{much},要么{verb}两件,要么{time}租一台{thing}。
听说{who}要来{verb}{place},据传是{why}。
关于{place}的传闻都挺{adj},末了总少不了{who}跟{thing}。
"""
_SLOTS = {
    "en": {name: re.split(r"[|\n]\s*", words) for name, words in EN_WORDS.items()},
    "zh": {name: re.split(r"[|\n]\s*", words) for name, words in ZH_WORDS.items()},
}
_PATTERNS = {
    "en": EN_PATTERNS.strip().split("\n"),
    "zh": ZH_PATTERNS.replace(",", "，").replace("?", "？").strip().split("\n"),
}
LANGUAGES = ("en", "zh")


def sentences(language: str, count: int, dice: random.Random) -> list[str]:
    """Sentences of different patterns."""
    return [_filled(language, pattern, dice) for pattern in dice.sample(_PATTERNS[language], count)]


def document(language: str, dice: random.Random, *, least: int = 4, most: int = 8) -> list[str]:
    """The sentences of one document."""
    return sentences(language, dice.randint(least, most), dice)


def joined(language: str, parts: list[str]) -> str:
    """Sentences as one text."""
    return (" " if language == "en" else "").join(parts)


def _filled(language: str, pattern: str, dice: random.Random) -> str:
    words = _SLOTS[language]
    text = ""
    for before, slot, _, _ in Formatter().parse(pattern):
        text += before
        if slot:
            word = dice.choice(words[slot.lower()])
            text += word[:1].upper() + word[1:] if slot[0].isupper() else word
    return text
