//! Words that tell what holds an item up, by cause, and what help is asked for.

use super::Cause;

/// What a cause is known by: phrases that say it alone, and topics that say it beside a word of trouble.
pub(super) struct Signs {
    pub cause: Cause,
    pub phrases: &'static [&'static str],
    pub topics: &'static [&'static str],
}

/// In this order: weather and other people explain more than a late paper does.
pub(super) const CAUSES: &[Signs] = &[
    Signs {
        cause: Cause::Uncontrollable,
        phrases: &[
            "下雨", "降雨", "暴雨", "大雨", "阴雨", "连阴雨", "雨季", "汛期", "疫情", "冰冻", "上冻", "冻土", "台风", "洪水",
            "地震", "大雪", "下雪", "天气原因", "天气影响", "不可抗力", "停工令", "冬季停工", "雾霾", "滑坡", "塌方", "heavy rain",
            "rain", "flood", "snow", "frost", "epidemic", "weather", "landslide", "earthquake",
        ],
        topics: &["天气", "气温", "高温", "低温"],
    },
    Signs {
        cause: Cause::Parties,
        phrases: &[
            "多部门", "多个部门", "涉及多家", "多家单位", "几家单位", "阻工", "权属不清", "产权不清", "扯皮", "意见不一致",
            "意见不统一", "村民不同意", "群众不同意", "群众不理解", "居民反对", "职责不清", "disagree", "several units",
            "several parties", "several departments", "land dispute", "villagers object",
        ],
        topics: &[
            "征迁", "拆迁", "征地", "搬迁", "搬离", "村民", "群众", "居民", "住户", "产权", "权属", "用地", "管线迁改", "迁改", "移交",
            "部门", "县区", "土地", "企业", "协议", "villagers", "residents", "relocation", "demolition", "land", "owners",
        ],
    },
    Signs {
        cause: Cause::Plan,
        phrases: &[
            "设计变更", "方案调整", "方案变更", "变更设计", "流标", "缺资金", "没钱", "缺钱", "资金缺口", "资金紧张", "no funds",
            "no money", "waiting for approval", "waiting for funds", "awaiting approval", "redesign", "design change",
            "not approved", "tender failed",
        ],
        topics: &[
            "资金", "经费", "预算", "拨款", "方案", "设计", "图纸", "批复", "审批", "手续", "环评", "立项", "可研", "招标", "招投标",
            "采购", "选址", "许可", "规划", "funds", "funding", "budget", "approval", "design", "permit", "tender",
        ],
    },
    Signs {
        cause: Cause::Deadline,
        phrases: &[
            "时间太紧", "时间紧", "时间不够", "时间短", "工期紧", "工期太紧", "工期短", "工期不足", "来不及", "赶不上", "时限太短",
            "时限紧", "期限太短", "期限太紧", "too tight", "tight schedule", "too little time", "not enough time",
            "too short a time",
        ],
        topics: &["工期", "时限"],
    },
];
/// Trouble by itself.
pub(super) const TROUBLE: &[&str] = &[
    "卡住", "卡在", "受阻", "困难", "难度", "难题", "没法", "无法", "推不动", "推进慢", "进展慢", "进度慢", "缓慢", "停工", "停滞",
    "拖延", "延误", "耽误", "阻力", "纠纷", "搁置", "不配合", "进不了场", "stuck", "blocked", "delayed", "difficult",
    "difficulty", "problem", "cannot", "can't", "held up", "on hold",
];
/// Trouble beside a topic.
pub(super) const LACKING: &[&str] = &[
    "没到位", "未到位", "不到位", "没批", "未批", "没下来", "未下来", "没办下来", "没办完", "没有办完", "未办", "没解决",
    "未解决", "没签", "未签", "没完成", "未完成", "没有完成", "没通过", "未通过", "不同意", "不足", "不够", "缺口", "问题", "影响",
    "还没", "尚未", "滞后", "没谈", "谈不拢", "没定", "未定", "没落实", "未落实", "太慢", "late", "missing", "pending", "waiting",
    "lack", "yet", "not",
];
/// With these a clause tells of no trouble.
pub(super) const NO_TROUBLE: &[&str] = &[
    "无困难", "没困难", "没有困难", "没问题", "无问题", "没有问题", "不存在", "已解决", "已经解决", "解决了", "克服", "不影响",
    "没有影响", "未受影响", "已完成", "已到位", "已批", "期前", "季前", "汛前", "已恢复", "no problem", "no problems",
    "solved", "resolved", "no difficulty",
];
/// Before what is wanted …
pub(super) const ASKING: &[&str] = &[
    "请", "恳请", "希望", "需要", "需", "建议", "盼", "望", "请求", "烦请", "求", "please", "need", "needs", "ask", "request",
    "hope", "want",
];
/// … and what is wanted.
pub(super) const WANTED: &[&str] = &[
    "协调", "支持", "帮助", "帮忙", "帮", "解决", "督促", "出面", "协助", "推动", "牵头", "延期", "拨付", "加快审批", "加快批",
    "调度", "指导", "coordinate", "coordination", "help", "support", "assist", "extension",
];
/// A clause with these asks for nothing now.
pub(super) const NOT_WANTED: &[&str] = &["不需要", "无需", "无需协调", "已协调", "no need", "no help"];
/// Headings of a form, before a colon.
pub(super) const LABELS: &[&str] = &[
    "存在问题", "存在的问题", "存在困难", "存在的困难", "主要困难", "困难", "问题", "难点", "原因", "需协调", "需协调事项", "需要协调",
    "需协调解决", "协调事项", "求助", "difficulty", "difficulties", "problem", "help needed", "help",
];
