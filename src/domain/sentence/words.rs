//! The words of the grammar, as plain tables. To teach it a word, add it to its table and a line to
//! the golden cases. Everything is in half-width and lower case.

/// What may stand before an item's number without meaning anything.
pub(super) const OPENERS: &[&str] = &[
    "您好", "你好", "领导好", "各位领导", "领导", "报告", "汇报", "现汇报", "汇报一下", "更新", "关于", "本月", "这个月",
    "目前", "现在", "截至目前", "截止目前", "今天", "今日", "我们", "我们单位", "我单位", "本单位", "我局", "我县", "我区",
    "我镇", "我院", "咱们", "我们的", "另外", "另", "以及", "同时", "其次", "最后", "其中", ",", "hi", "hello", "update",
    "update on", "re", "on", "for", "our", "and", "also", "the", "sorry", "对不起", "不好意思",
];
/// Words that open a report: a bare number behind them is an item, the next one a percent.
pub(super) const COMMANDS: &[&str] = &["进度", "填报", "上报", "报", "report", "progress"];
/// Between an item and its percent, or around a percent that has a clause of its own.
pub(super) const FILLERS: &[&str] = &[
    "进度", "进展", "整改", "整改进度", "总体", "整体", "总体进度", "形象进度", "工程进度", "完成", "完成率", "完成了",
    "已", "已经", "目前", "现在", "本月", "达到", "达", "到", "到了", "为", "是", "还是", "仍为", "仍是", "仍", "约为",
    "推进到", "推进至", "提高到", "提升到", "提升至", "上升到", "至", "了", "也", "的", "已完成", "累计", "累计完成", "共完成",
    "is", "at", "now", "progress", "reached", "up", "to", "up to", "done", "complete", "completed", "has", "it's",
    "currently", "finished", "=", "or", "或", "或者", "维持", "保持", "保持在", "维持在", "报", "报了", "已报", "调整为",
    "调整到", "已到", "已达", "总", "全部",
];
/// Before a percent that is the item's progress wherever it stands in its clause …
pub(super) const PERCENT_KEYS: &[&str] = &[
    "进度", "进度到", "进度达", "进度达到", "进度为", "进度约", "进度是", "进展到", "完成率", "整改到", "整改完成", "推进到",
    "推进至", "整体完成", "总体完成", "累计完成", "progress", "progress is", "progress at",
];
/// … and where it opens the clause: 管网完成90% is about the 管网.
pub(super) const OPENING_KEYS: &[&str] = &["完成", "已完成", "完成到", "达到", "complete", "at", "done"];
/// Before a percent that is no longer true: 从80%到90%, 上月85%.
pub(super) const OLD_PERCENT: &[&str] = &[
    "从", "由", "上月", "上月的", "上个月", "上次", "上期", "原来", "原来的", "之前", "原", "from", "was", "不是", "而不是",
    "not", "last month", "并非",
];
/// Before a percent that was gained, lost, or is of something else.
pub(super) const NO_LEVEL: &[&str] = &[
    "提高", "提高了", "提升", "提升了", "增长", "增长了", "增加", "增加了", "上升", "上升了", "推进了", "上涨", "下降",
    "下降了", "减少", "减少了", "降低", "还差", "差", "剩", "还剩", "剩余", "只剩", "up by", "by", "率", "扣",
];
/// Around a percent that has a clause of its own, with what it was before.
pub(super) const AROUND_PERCENT: &[&str] = &[
    "从", "由", "下降到", "降到", "降至", "下降", "提高", "提高到", "提升到", "上升到", "增长到", "上升", "→", ">", "from", "上月", "上次", "本月", "不是", "not",
    "而不是", "应该是", "应该", "should", "be", "%", "大概",
];
/// Earlier in the clause: the percent is last month's, unless something says that it moved since.
pub(super) const ONCE: &[&str] = &["上月", "上个月", "上次", "上期", "去年", "原来", "之前", "last month", "last time"];
pub(super) const SINCE: &[&str] = &["到", "至", "本月", "这个月", "现在", "目前", "now", "to"];
pub(super) const ABOUT_BEFORE: &[&str] = &[
    "大概", "大约", "约", "约为", "差不多", "将近", "接近", "近", "快", "快到", "快要", "不到", "不足", "超过", "可能",
    "估计", "about", "around", "roughly", "nearly", "almost", "approx", "approximately", "over", "circa",
];
pub(super) const ABOUT_BEHIND: &[&str] = &["左右", "上下", "吧", "了吧", "以上", "以下", "多", "出头", "来", "+", "ish", "or so"];
/// About fifty, to be asked.
pub(super) const HALF: &[&str] = &["一半", "过半", "一大半", "half", "halfway", "half way"];
/// Behind 90%的: what is then still the item's own progress.
pub(super) const OF_WORK: &[&str] = &["工程量", "工作量", "工作", "任务", "进度", "量", "工程", "整改", "建设", "施工"];
/// Behind a bare number: it counts things and is no percent.
pub(super) const MEASURES: &[&str] = &[
    "个", "台", "人", "吨", "米", "亩", "户", "家", "处", "套", "件", "块", "万", "亿", "元", "公里", "公顷", "公斤", "天", "月",
    "日", "年", "号", "时", "点", "分钟", "秒", "名", "座", "辆", "条", "批", "次", "期", "层", "栋", "间", "根", "艘", "只", "平方",
    "平米", "立方", "升", "千", "百", "份", "项", "种", "类", "轮", "组", "标段", "楼", "页", "度", "℃", "岁", "周", "口", "眼", "届",
    "成", "位", "毫", "厘", "km", "m", "days", "day", "people", "units", "sets", "tons", "degrees", "households", "pumps",
    "weeks", "months", "minutes", "hours", "am", "pm", "th", "st", "nd", "rd",
];
/// … except where the measure begins another word.
pub(super) const NO_MEASURES: &[&str] = &["批复", "批准", "批示", "条件", "号召", "时间", "成功", "点位", "组织", "人工"];
/// Behind N项 without 第: it counts, and names no item.
pub(super) const COUNTED_NOUNS: &[&str] = &[
    "任务", "措施", "工作", "手续", "指标", "制度", "要求", "清单", "工程", "费用", "成果", "内容", "问题", "事项", "整改任务",
    "整改事项", "整改措施", "中", "里", "当中", "以上", "重点", "具体", "配套", "技术", "主要", "检测", "审批",
];
/// Behind 第N项, and part of the naming.
pub(super) const ITEM_NOUNS: &[&str] = &["整改任务", "整改事项", "整改问题", "任务", "事项", "问题"];
/// Behind 第N号 or N号: some other numbered thing.
pub(super) const OTHER_NUMBERED: &[&str] = &[
    "文件", "文", "令", "公告", "楼", "机", "线", "井", "桥", "厂", "路", "地块", "标", "炉", "车", "会议", "院", "门", "宗地",
    "房", "库", "通报", "泵", "闸", "池", "坝", "塔", "罐", "点位", "断面", "社区", "村", "店", "仓", "沟", "坑", "码头",
];
/// Behind N号: a day of the month.
pub(super) const DAYISH: &[&str] = &[
    "开会", "下午", "上午", "早上", "晚上", "中午", "去", "来", "前", "之前", "以前", "以后", "之后", "后", "左右", "召开",
    "放假", "上班", "检查", "截止", "出差", "报到", "星期", "周", "现场", "督察", "督查", "调研", "会", "领导", "那天", "当天", "起",
    "开始", "交", "发", "要", "不", "我", "你", "您", "他", "大家", "市里", "省里", "有", "没空", "休", "出", "在", "能", "可以", "到",
    "我们", "再", "就", "必须", "统一", "至", "吧", "请", "培训", "验收组", "组织", "汇总", "报送", "提交", "提醒",
];
/// Before an item, these make it somebody else's word or no report at all.
pub(super) const BLOCKERS: &[&str] = &[
    "要求", "请", "说", "问", "看", "改", "把", "你", "您", "他", "她", "它", "如果", "据", "听", "让", "叫", "催", "各", "谁", "发",
    "共", "完成", "剩", "不", "没", "见", "按", "根据", "对照", "通知", "the", "page", "room", "said", "says", "say", "your",
    "his", "her", "their", "if", "ask", "told", "see", "about",
];
pub(super) const NO_CHANGE: &[&str] = &[
    "无变化", "没变化", "没有变化", "没啥变化", "没什么变化", "没有什么变化", "未变化", "无明显变化", "变化不大", "无进展",
    "没进展", "没有进展", "没啥进展", "没什么进展", "没有什么进展", "未有进展", "暂无进展", "暂无变化", "毫无进展", "无新进展",
    "没有新进展", "没新进展", "未推进", "没有推进", "没动", "没有动", "不变", "保持不变", "维持不变", "没有变", "老样子", "还是老样子", "原地踏步", "no change", "no changes", "no progress",
    "nothing new", "unchanged", "no update", "nothing changed", "not moved",
];
pub(super) const SAME_AS_LAST: &[&str] = &[
    "同上月", "同上个月", "同上期", "同上次", "同上周", "同上一期", "同上旬", "和上月一样", "跟上月一样", "与上月一样",
    "同上月一样", "和上个月一样", "跟上个月一样", "与上个月一样", "与上月一致", "和上月一致", "同上月一致", "与上月相同",
    "和上月相同", "与上期一致", "和上期一样", "和上次一样", "跟上次一样", "与上次一致", "与上次相同", "同前", "照旧", "同上",
    "same as last month", "same as last time", "same as before", "as last month", "same as last", "same as last week",
    "ditto",
];
/// Behind 同上月 or 同上: a comparison, or another word.
pub(super) const NOT_SAME: &[&str] = &["相比", "比", "对比", "级", "面", "述", "门", "海", "游", "报", "会", "层", "半"];
/// Before 没有进展: nothing is said to be so.
pub(super) const IFS: &[&str] =
    &["如果", "如", "若", "要是", "假如", "万一", "再", "凡", "对", "有", "不是", "因", "if", "并非", "的话", "只要"];
/// What may stand around 无变化 or 同上月 in a message that names no item.
pub(super) const AROUND_NO_CHANGE: &[&str] = &[
    "我们", "我单位", "我们单位", "本单位", "我局", "我县", "我区", "我镇", "本月", "这个月", "这月", "目前", "现在", "都",
    "均", "全部", "暂时", "还是", "仍", "仍然", "也", "整改", "进度", "进展", "所有", "事项", "的", "了", "报告", "汇报", "您好",
    "你好", "领导", "this month", "still", "so far", "yet", "hi", "hello", "进度同",
];
pub(super) const DONE: &[&str] = &[
    "完成", "完毕", "办结", "做完", "搞定", "干完", "弄完", "办完", "完工", "销号", "验收通过", "通过验收", "验收", "整改到位",
    "done", "finished", "complete", "completed", "closed", "signed off",
];
pub(super) const AROUND_DONE: &[&str] = &[
    "已", "已经", "全部", "全面", "基本", "都", "均", "整改", "任务", "工作", "了", "也", "目前", "现在", "本月", "工程", "该项",
    "我们", "本单位", "我单位", "按期", "按时", "提前", "is", "has", "been", "all", "now", "already", "fully", "work", "it's",
    "are", "we", "的", "啦",
];
pub(super) const APPLIES: &[&str] = &[
    "验收材料", "验收资料", "销号材料", "销号资料", "申请验收", "申请销号", "提请验收", "请求验收", "申请核查", "验收申请",
    "销号申请", "报验", "申报验收", "申报销号", "applied for acceptance", "applied for sign-off", "applied for sign off",
    "apply for acceptance", "acceptance file", "acceptance papers", "acceptance documents", "sign-off file",
    "sign-off papers", "acceptance application", "sign-off application", "ready for acceptance",
];
/// Corrections of what the speaker said.
pub(super) const CORRECTION: &[&str] = &[
    "更正", "更正为", "写错了", "写错", "报错了", "报错", "打错了", "打错", "填错了", "填错", "说错了", "说错", "发错了", "搞错了",
    "改为", "改成", "correction", "typo", "i meant", "was wrong", "is wrong", "my mistake",
];
/// Which saying is corrected, and other words around a correction.
pub(super) const AROUND_CORRECTION: &[&str] = &[
    "上面", "上面那条", "上条", "上一条", "刚才", "刚刚", "前面", "前面那条", "那条", "这条", "的", "我", "了", "不好意思",
    "对不起", "抱歉", "应该是", "应该", "应为", "是", "不是", "而不是", "为", "进度", "数", "数字", "项", "sorry", "my", "last",
    "one", "it's", "it", "is", "not", "should be", "the", "previous", "report", "figure", "to", "a",
];
pub(super) const LAST_SAID: &[&str] = &["上面", "上条", "上一条", "刚才", "刚刚", "前面那条", "my last", "previous"];
/// Before the right figure of a correction.
pub(super) const RIGHT_FIGURE: &[&str] = &[
    "应该是", "应该为", "应该", "应为", "改为", "改成", "更正为", "更正", "是", "为", "it's", "it is", "should be", "i meant",
    "is", "to", "correction",
];
pub(super) const WRONG_FIGURE: &[&str] = &["不是", "而不是", "并非", "not"];
/// Work on a site: with these a sentence on an item is a report though no percent is told.
pub(super) const WORK: &[&str] = &[
    "到货", "吊装", "安装", "调试", "开工", "完工", "竣工", "浇筑", "施工", "铺设", "清淤", "建成", "通水", "通电", "试运行",
    "进场", "招标", "中标", "签订", "协议", "拆除", "复绿", "清运", "封场", "治理", "改造", "接通", "动工", "封顶", "主体", "管网",
    "设备", "征迁", "征地", "拆迁", "批复", "整治", "关停", "修复", "建设", "推进", "落实", "对接", "开展", "delivered", "arrived", "installed", "commissioned",
    "started", "poured", "laid", "tested",
];
/// Before these a percent or step is wished for, not reached.
pub(super) const PLANNED: &[&str] = &[
    "预计", "计划", "拟", "将于", "将在", "准备", "争取", "力争", "确保", "下一步", "下步", "打算", "要求", "必须", "务必", "应达到",
    "要达到", "要到", "需达到", "要报", "要完成", "需完成", "应完成", "目标", "预期", "可望", "有望", "will", "expected", "expect", "plan", "planned", "aim", "target", "should",
    "by the end", "next",
];
/// At the head of a next step; taken off what is to be done.
pub(super) const STEP_MARKS: &[&str] = &[
    "预计", "预计于", "计划", "计划于", "拟", "拟于", "将", "将于", "准备", "争取", "争取于", "力争", "确保", "下一步", "下步",
    "接下来", "下阶段", "下一阶段", "预期", "打算", "于", "在", "可", "工作", "will", "expected", "expect", "plan", "planned", "plan to",
    "next", "next step", "to be", "to", "aim to", "be",
];
/// A step marked so needs no date.
pub(super) const NEXT_STEP: &[&str] =
    &["下一步", "下步", "接下来", "下阶段", "下一阶段", "next step", "next"];
pub(super) const BEHIND_DATE: &[&str] = &["前", "之前", "以前", "左右", "可", "能", "将", "内", "就"];
/// Behind a limit.
pub(super) const BY_THEN: &[&str] = &["前", "之前", "以前", "内", "以内", "之内"];
pub(super) const BEFORE_DATE: &[&str] =
    &["于", "在", "到", "by", "on", "before", "until", "in", "the", "from", "at", "around", "为"];
/// What is over is no next step.
pub(super) const OVER: &[&str] = &["已", "已经", "完成了", "was", "has been", "were", "delivered on"];

pub(super) const AS_IT_WENT: &[&str] =
    &["已", "正在", "完成", "了", "开始", "本月", "delivered", "arrived", "installed", "started"];
/// Not so, only supposed.
pub(super) const SUPPOSED: &[&str] = &["如果", "要是", "假如", "就好了", "的话", "万一"];
/// Asked of somebody else, or said to somebody: no report.
pub(super) const REQUESTS: &[&str] = &[
    "一下", "抓紧", "发我", "给我", "尽快报", "催", "开会", "会议", "的会", "改到", "谁", "群里", "记得", "别忘", "转发", "通知",
    "请各", "各单位", "大家", "please report", "send me", "要是", "如果", "假如", "就好了", "的话", "吗", "请审阅",
];
/// Somebody is spoken to, or it is a complaint; a bot does not break in.
pub(super) const SPOKEN_TO: &[&str] =
    &["抓紧", "尽快", "太慢", "怎么", "哪", "吗", "呢", "?", "催", "听说", "什么", "加快", "你", "您", "他", "她", "咱", "大家", "各位", "各单位", "谁", "你们", "your", "you", "he", "she", "they"];

/// Ways to say how far an item is, as a question.
pub(super) const HOW_IS: &[&str] = &[
    "什么情况", "啥情况", "什么样", "怎么样", "怎样", "咋样", "如何", "到哪", "多少了", "进度多少", "是多少", "什么进度",
    "什么进展", "有没有进展", "有进展吗", "什么时候到期", "何时到期", "几号到期", "什么时候截止", "期限", "还有几天", "还剩几天",
    "督办通知", "为什么", "是什么", "怎么办", "谁报", "谁负责", "谁牵头", "牵头单位", "责任单位是", "是不是", "现在情况", "情况怎", "how is", "how's", "what about",
    "status of", "status", "how far", "doing", "why is", "who leads", "when is", "what is", "where is",
];
pub(super) const SHOW: &[&str] =
    &["查", "查询", "查看", "查一下", "看", "看看", "看一下", "看下", "show", "show me", "look up"];
pub(super) const AS_OF: &[&str] = &["截至", "截止", "到", "在", "as of", "on", "at"];
pub(super) const WHICH: &[&str] = &["哪些", "哪几项", "哪项", "有什么", "有几项", "几项", "多少", "which", "what", "list", "show"];
pub(super) const OWN: &[&str] = &[
    "我们", "我们单位", "我单位", "本单位", "我局", "我县", "我区", "我镇", "我院", "咱们", "我", "我们的", "我的", "we", "our",
    "ours", "us", "my", "i",
];
/// Around the unit of a question; taken off its name.
pub(super) const AROUND_UNIT: &[&str] = &[
    "请问", "问一下", "现在", "目前", "本月", "这个月", "那", "那么", "的", "一共", "总共", "还", "还有", "有", "都", "是", "查",
    "看", "看看", "?", "事项", "里", "里面", "中", "了",
];
pub(super) const REMAINING: &[&str] = &[
    "还剩几项", "还剩多少", "还剩几个", "剩几项", "剩多少项", "还有几项没完成", "还有多少项没完成", "还有几项未完成",
    "还有多少没完成", "还有多少项", "还有几项", "how many are left", "how many left", "how many remain", "what is left",
    "how many items are left", "what's left",
];
pub(super) const UNREPORTED: &[&str] = &[
    "哪些没报", "哪些还没报", "谁没报", "谁还没报", "哪些单位没报", "哪些单位还没报", "哪些未报", "哪几项没报", "没报的有哪些",
    "未报的有哪些", "几项没报", "哪项没报", "not reported", "not yet reported", "unreported", "still missing",
];
pub(super) const CLOSES: &[&str] = &[
    "截止几号", "几号截止", "什么时候截止", "哪天截止", "截止到几号", "截止时间是", "截止日期是", "何时截止", "截止到什么时候", "几天截止", "几号报", "什么时候报", "哪天报", "几号前报", "几号之前报",
    "when does reporting close", "when does the window close", "when is the deadline this month", "when do reports close",
    "when is reporting due",
];
pub(super) const MINE: &[&str] = &[
    "我的", "我的事项", "我们的事项", "我们有哪些事项", "我有哪些事项", "我单位的事项", "我单位有哪些事项", "本单位有哪些事项",
    "我负责哪些", "my items", "mine", "our items", "what are my items", "what do i have",
];
/// 找 with these behind it at once is everyday talk.
pub(super) const NOT_FOUND: &[&str] =
    &["个", "人", "时间", "机会", "领导", "他", "她", "你", "您", "我", "谁", "到", "了", "不", "一", "过", "来", "出", "回", "下", "几", "哪", "什么", "机器人"];
pub(super) const FIND: &[&str] = &["找", "搜", "搜索", "查找", "find", "search", "search for"];
