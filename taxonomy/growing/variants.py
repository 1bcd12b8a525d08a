"""When two names are obviously the same entry: width, case, script variant, plural, punctuation.

Coarser than `names.key`, which says when two siblings of a file clash: what is kin here is not
proposed to a person twice. Two words for one thing stay two names. Knows text only.
"""

import re

from ..names import key

# Characters whose traditional form has one simplified form, as they occur in names of categories.
_PAIRS = """
萬万 與与 專专 業业 東东 絲丝 兩两 嚴严 個个 豐丰 臨临 為为 麗丽 舉举 義义 樂乐 習习 鄉乡 書书
買买 亂乱 爭争 虧亏 亞亚 產产 親亲 億亿 僅仅 從从 倉仓 儀仪 們们 價价 眾众 優优 會会 傘伞 偉伟
傳传 傷伤 倫伦 偽伪 體体 餘余 傭佣 債债 傾倾 償偿 儲储 兒儿 黨党 關关 興兴 養养 獸兽 內内 冊册
寫写 軍军 農农 決决 況况 凍冻 淨净 涼凉 減减 湊凑 幾几 鳳凤 憑凭 擊击 劃划 則则 剛刚 創创 刪删
別别 劑剂 劍剑 劇剧 勸劝 辦办 務务 動动 勵励 勞劳 勢势 區区 醫医 華华 協协 單单 賣卖 衛卫 卻却
廠厂 廳厅 歷历 曆历 厲厉 壓压 廁厕 縣县 參参 雙双 發发 髮发 變变 敘叙 葉叶 號号 嚇吓 嗎吗 啟启
啓启 員员 聽听 詠咏 響响 喚唤 團团 園园 圍围 國国 圖图 圓圆 聖圣 場场 壞坏 塊块 堅坚 壇坛 墊垫
牆墙 塵尘 處处 備备 複复 復复 夠够 頭头 誇夸 夾夹 奪夺 奮奋 獎奖 妝妆 婦妇 媽妈 娛娱 嬰婴 孫孙
學学 寧宁 寶宝 實实 寵宠 審审 憲宪 宮宫 寬宽 賓宾 對对 尋寻 導导 壽寿 將将 爾尔 嘗尝 盡尽 層层
屆届 屬属 歲岁 島岛 嶺岭 幣币 帥帅 師师 帳帐 賬账 簾帘 帶带 幫帮 莊庄 慶庆 庫库 應应 廟庙 龐庞
廢废 開开 異异 棄弃 張张 彎弯 彈弹 強强 歸归 當当 錄录 徹彻 徑径 憶忆 憂忧 懷怀 態态 總总 戀恋
惡恶 惱恼 懸悬 驚惊 懼惧 慘惨 懲惩 慣惯 憤愤 願愿 戲戏 戰战 戶户 執执 擴扩 掃扫 揚扬 擾扰 撫抚
拋抛 搶抢 護护 報报 擔担 擬拟 擁拥 攔拦 撥拨 擇择 掛挂 擠挤 揮挥 損损 撿捡 換换 據据 摻掺 攬揽
擱搁 攝摄 擺摆 搖摇 攤摊 敵敌 數数 鬥斗 斷断 無无 舊旧 時时 曠旷 顯显 曬晒 曉晓 暫暂 術术 機机
殺杀 雜杂 權权 條条 來来 楊杨 極极 構构 樣样 標标 棧栈 欄栏 樹树 檔档 橋桥 夢梦 檢检 樓楼 橫横
歡欢 歐欧 殘残 毀毁 畢毕 氣气 漢汉 湯汤 溝沟 沒没 滬沪 淚泪 澤泽 潔洁 灑洒 澆浇 測测 濟济 濃浓
塗涂 潤润 漲涨 漸渐 漁渔 滲渗 溫温 遊游 灣湾 濕湿 滯滞 滅灭 燈灯 靈灵 災灾 爐炉 點点 煉炼 爛烂
煩烦 燒烧 燙烫 熱热 愛爱 牽牵 狀状 獨独 獄狱 獅狮 獵猎 貓猫 獻献 環环 現现 電电 畫画 暢畅 療疗
癢痒 皺皱 鹽盐 監监 蓋盖 盜盗 盤盘 礦矿 碼码 磚砖 礎础 碩硕 確确 禮礼 禍祸 離离 種种 積积 稱称
穩稳 窮穷 竊窃 窩窝 競竞 筆笔 籠笼 築筑 篩筛 簽签 籤签 簡简 籃篮 類类 糧粮 糾纠 紅红 紀纪 約约
級级 紡纺 純纯 紗纱 綱纲 納纳 縱纵 紛纷 紙纸 紋纹 線线 綫线 練练 組组 細细 織织 終终 紹绍 經经
綁绑 絨绒 結结 繞绕 繪绘 給给 絡络 絕绝 統统 繼继 績绩 緒绪 續续 維维 綿绵 綜综 綠绿 緩缓 編编
緣缘 縫缝 縮缩 繳缴 網网 羅罗 罰罚 職职 聯联 聰聪 聲声 腸肠 膚肤 腎肾 腫肿 勝胜 膽胆 脈脉 腦脑
腳脚 脫脱 臉脸 膠胶 艦舰 艙舱 藝艺 節节 蘇苏 蘋苹 薦荐 藥药 蘿萝 營营 藍蓝 虛虚 蟲虫 雖虽 蝦虾
蠟蜡 補补 襯衬 裝装 褲裤 襪袜 襲袭 見见 觀观 規规 視视 覽览 覺觉 觸触 計计 訂订 認认 討讨 讓让
訓训 議议 訊讯 記记 講讲 許许 論论 設设 訪访 證证 評评 識识 訴诉 診诊 詞词 詢询 譯译 試试 詩诗
誠诚 話话 該该 詳详 語语 誤误 誘诱 說说 請请 諸诸 諾诺 讀读 課课 誰谁 調调 談谈 謀谋 諮咨 謝谢
謠谣 譜谱 貝贝 負负 貢贡 財财 責责 敗败 貨货 質质 販贩 貪贪 貧贫 購购 貫贯 貼贴 貴贵 貸贷 貿贸
費费 賀贺 資资 賊贼 賠赔 賞赏 賦赋 賭赌 賴赖 贈赠 贏赢 贊赞 趕赶 躍跃 踐践 蹤踪 車车 軌轨 轉转
輪轮 軟软 輕轻 載载 輔辅 輛辆 輩辈 輸输 較较 邊边 遼辽 達达 遷迁 過过 運运 還还 這这 進进 遠远
違违 連连 遲迟 適适 選选 遞递 邏逻 遺遗 郵邮 鄰邻 釋释 裡里 裏里 鑒鉴 鑑鉴 針针 釘钉 鐘钟 鋼钢
鑰钥 鈔钞 鈕钮 錢钱 鑽钻 鐵铁 鈴铃 鉛铅 銀银 鋪铺 鏈链 銷销 鎖锁 鋒锋 銳锐 錯错 錫锡 鍋锅 鍵键
鋸锯 鏡镜 鎮镇 長长 門门 閃闪 閉闭 問问 閑闲 間间 悶闷 鬧闹 聞闻 閱阅 闊阔 隊队 陽阳 陰阴 陣阵
階阶 際际 陸陆 險险 隨随 隱隐 難难 雞鸡 雲云 霧雾 靜静 韻韵 頁页 頂顶 項项 順顺 須须 顧顾 頓顿
預预 領领 頻频 題题 額额 顏颜 風风 飛飞 飯饭 飲饮 飾饰 飽饱 餅饼 餓饿 館馆 饋馈 馬马 駕驾 駐驻
騎骑 騙骗 驗验 驅驱 驟骤 魚鱼 鮮鲜 鳥鸟 鳴鸣 鴨鸭 麥麦 黃黄 齊齐 齒齿 龍龙 龜龟 臺台 檯台 繫系
於于 併并 並并 佈布 採采 週周 麼么 誌志 範范 鬆松 製制 準准 衝冲 乾干 幹干 後后 麵面 髒脏 羣群
牀床 迴回
"""
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
_LINKS = re.compile("以及|[与及、＋]")
_WORD = re.compile(r"[^\W_]+|[+#]+")
_ARTICLE = re.compile(r"\A(?:the|an|a) (?=\w)")
_NO_PLURAL = frozenset({"news", "lens", "series", "species"})
_SIBILANT = ("sses", "shes", "ches", "xes", "zes")


def kin(name: str) -> str:
    """The form in which names are compared that might be added beside one another.

    Two names are kin that differ in width, case, traditional or simplified characters, plural,
    spaces, hyphens and other punctuation. `+` and `#` count: C, C++ and C# are three languages.
    """
    text = " ".join(key(name).replace("&", " and ").split())
    text = _ARTICLE.sub("", text)
    text = _LINKS.sub("和", text.translate(_SIMPLIFIED))
    return "".join(_singular(word) for word in _WORD.findall(text))


def _singular(word: str) -> str:
    if not word.isascii() or len(word) < 4 or word in _NO_PLURAL or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_SIBILANT):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]
