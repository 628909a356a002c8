//! Isolation: for every command, every role and nobody, about the own unit's item and a stranger's: what
//! must be refused is refused and audited, what must be hidden is hidden. A command without a row here
//! fails by name.

use duban::commands::COMMANDS;
use duban::domain::Role;

use crate::harness::Bot;

/// Led by 紫岩县, and by 滨江区; each with words that only those concerned may read.
const OWN: (i32, &str) = (16, "紫岩县污水处理厂");
const FOREIGN: (i32, &str) = (30, "红石岭水源");

/// Who speaks: `None` is nobody's account.
const PEOPLE: &[(Option<Role>, &str)] = &[
    (None, "路人"),
    (Some(Role::Contact), "紫岩县联络员A"),
    (Some(Role::UnitHead), "紫岩县分管副县长"),
    (Some(Role::Leader), "分管农业副市长"),
    (Some(Role::Office), "调度专员A"),
    (Some(Role::Supervisor), "督办专员A"),
    (Some(Role::Auditor), "审计员A"),
];

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Done, or answered: nothing is refused.
    Answered,
    /// Refused, with this word in the audit log.
    Refused(&'static str),
}
use Fate::{Answered, Refused};

/// One command: a line about the own unit and one about a stranger's, and what becomes of them by role.
struct Row {
    command: &'static str,
    own: &'static str,
    foreign: &'static str,
    fate: fn(Option<Role>, bool) -> Fate,
}

fn bound(role: Option<Role>, _: bool) -> Fate {
    if role.is_some() { Answered } else { Refused("not_bound") }
}

fn anyone(_: Option<Role>, _: bool) -> Fate {
    Answered
}

/// Only these roles, and nothing is refused to them.
fn only(role: Option<Role>, roles: &[Role]) -> Fate {
    match role {
        None => Refused("not_bound"),
        Some(role) if roles.contains(&role) => Answered,
        Some(_) => Refused("not_your_role"),
    }
}

/// The office, and whoever oversees it where the line only reads.
fn read_by_overseers(role: Option<Role>) -> Fate {
    only(role, &[Role::Office, Role::Supervisor, Role::Auditor])
}

/// Another unit's items are listed for those who see all; a leader filters the own ones.
fn of_a_unit(role: Option<Role>, is_own: bool) -> Fate {
    match role {
        None => Refused("not_bound"),
        Some(role) if is_own || role.sees_all() || role == Role::Leader => Answered,
        Some(_) => Refused("unit_not_yours"),
    }
}

/// The office alone may name somebody else's post.
fn own_or_office(role: Option<Role>, is_own: bool, what: &'static str) -> Fate {
    match role {
        None => Refused("not_bound"),
        Some(Role::Office) => Answered,
        Some(_) if is_own => Answered,
        Some(_) => Refused(what),
    }
}

const ROWS: &[Row] = &[
    Row {
        command: "进度",
        own: "进度 16 86 设备调试",
        foreign: "进度 30 89 焊接",
        fate: |role, is_own| match only(role, &[Role::Contact]) {
            Answered if !is_own => Refused("report_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "撤回",
        own: "撤回 16",
        foreign: "撤回 30",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::Office]) {
            Answered if !is_own && role == Some(Role::Contact) => Refused("undo_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "更正",
        own: "更正 16 84 看错了",
        foreign: "更正 30 84 看错了",
        fate: |role, is_own| match only(role, &[Role::Contact]) {
            Answered if !is_own => Refused("report_not_yours"),
            fate => fate,
        },
    },
    Row { command: "取消", own: "取消", foreign: "取消", fate: bound },
    Row { command: "答", own: "答 00000 90", foreign: "答 00000 90", fate: bound },
    Row { command: "清单", own: "清单 逾期", foreign: "清单 滨江区", fate: of_a_unit },
    Row { command: "找", own: "找 污水处理", foreign: "找 红石岭", fate: bound },
    Row { command: "剩余", own: "剩余", foreign: "剩余 滨江区", fate: of_a_unit },
    Row { command: "截止", own: "截止", foreign: "截止", fate: bound },
    Row {
        command: "审核",
        own: "审核 16 通过",
        foreign: "审核 30 通过",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row { command: "调度", own: "调度", foreign: "调度", fate: |role, _| read_by_overseers(role) },
    Row { command: "预检", own: "预检", foreign: "预检", fate: |role, _| read_by_overseers(role) },
    Row { command: "彩排", own: "彩排", foreign: "彩排", fate: |role, _| read_by_overseers(role) },
    Row {
        command: "发出", own: "发出", foreign: "发出 确认", fate: |role, _| only(role, &[Role::Office])
    },
    Row {
        command: "催报",
        own: "催报",
        foreign: "催报 发送",
        fate: |role, is_reading| match is_reading {
            true => read_by_overseers(role),
            false => only(role, &[Role::Office]),
        },
    },
    Row {
        command: "代",
        own: "代 紫岩县 填报 16 88 调试",
        foreign: "代 滨江区 填报 30 89 焊接",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "放行", own: "放行 16", foreign: "放行 30", fate: |role, _| only(role, &[Role::Office])
    },
    Row {
        command: "导出",
        own: "导出 项目卡 16",
        foreign: "导出 项目卡 30",
        fate: |role, is_own| match role {
            None => Refused("not_bound"),
            Some(role) if role.sees_all() => Answered,
            Some(Role::Contact | Role::UnitHead) if is_own => Answered,
            Some(_) => Refused("export_not_yours"),
        },
    },
    Row {
        command: "图",
        own: "图 16",
        foreign: "图 30",
        fate: |role, is_own| match role {
            None => Refused("not_bound"),
            Some(role) if role.sees_all() => Answered,
            Some(Role::Contact | Role::UnitHead) if is_own => Answered,
            Some(_) => Refused("export_not_yours"),
        },
    },
    Row {
        command: "为什么没提醒",
        own: "为什么没提醒 16",
        foreign: "为什么没提醒 30",
        fate: |role, is_own| match role {
            None => Refused("not_bound"),
            Some(role) if role.sees_all() => Answered,
            Some(Role::Contact | Role::UnitHead) if is_own => Answered,
            Some(Role::Contact | Role::UnitHead) => Refused("why_not_yours"),
            Some(_) => Refused("not_your_role"),
        },
    },
    Row {
        command: "免打扰",
        own: "免打扰 月底",
        foreign: "免打扰 到 9月10日",
        fate: |role, _| only(role, &[Role::Contact]),
    },
    Row {
        command: "口径",
        own: "口径",
        foreign: "口径 临期 30 15 7",
        fate: |role, is_own| match role {
            None => Refused("not_bound"),
            Some(role) if is_own || role == Role::Office => Answered,
            Some(_) => Refused("basis_not_yours"),
        },
    },
    Row {
        command: "建议",
        own: "建议 16 同意",
        foreign: "建议 30 同意",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "督办",
        own: "督办 16 请加快",
        foreign: "督办 30 请加快",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "预警通知",
        own: "预警通知 16 请加快",
        foreign: "预警通知 30 请加快",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "提醒函",
        own: "提醒函 16 请加快",
        foreign: "提醒函 30 请加快",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "约谈",
        own: "约谈 16 说明逾期原因",
        foreign: "约谈 30 说明逾期原因",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row { command: "通报", own: "通报", foreign: "通报", fate: |role, _| only(role, &[Role::Office]) },
    Row {
        command: "回证",
        own: "回证 999",
        foreign: "回证 安整改办督〔2018〕1号",
        fate: |role, _| only(role, &[Role::Office, Role::Supervisor, Role::Auditor]),
    },
    Row {
        command: "记",
        own: "记 会议 昨天 领导小组会议",
        foreign: "记 督查 昨天 到滨江区",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "活动",
        own: "活动",
        foreign: "活动 宣传",
        fate: |role, _| only(role, &[Role::Office, Role::Supervisor, Role::Auditor]),
    },
    Row {
        command: "交办",
        own: "交办",
        foreign: "交办 999 办结",
        fate: |role, is_own| match only(
            role,
            match is_own {
                true => &Role::ALL[..],
                false => &[Role::Office, Role::Supervisor, Role::Contact, Role::UnitHead],
            },
        ) {
            Answered if is_own && role == Some(Role::Leader) => Refused("not_your_role"),
            Answered if !is_own && role != Some(Role::Office) => Refused("task_not_office"),
            fate => fate,
        },
    },
    Row {
        command: "考核",
        own: "考核",
        foreign: "考核 2018年4季度",
        fate: |role, _| match role {
            Some(Role::Contact | Role::UnitHead) => Answered,
            role => read_by_overseers(role),
        },
    },
    Row {
        command: "申诉",
        own: "申诉 1 已批准延期",
        foreign: "申诉 99 不是我们的",
        fate: |role, _| only(role, &[Role::Contact, Role::UnitHead]),
    },
    Row { command: "发文", own: "发文", foreign: "发文 安整改办督〔2018〕1号", fate: bound },
    Row {
        command: "回复",
        own: "回复 安整改办督〔2018〕1号 已安排",
        foreign: "回复 安整改办督〔2018〕2号 已安排",
        fate: |role, _| only(role, &[Role::Contact, Role::UnitHead]),
    },
    Row {
        command: "暂停",
        own: "暂停 16 到 9月20日 因 汛期",
        foreign: "暂停 30 到 9月20日 因 汛期",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "预警",
        own: "预警 16 黄 请加快",
        foreign: "预警 30 黄 请加快",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "未签收", own: "未签收 16", foreign: "未签收", fate: |role, _| read_by_overseers(role)
    },
    Row {
        command: "申请销号",
        own: "申请销号 16",
        foreign: "申请销号 30 撤回",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::UnitHead]) {
            Answered if !is_own => Refused("apply_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "核查",
        own: "核查",
        foreign: "核查 30 通过",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::UnitHead, Role::Office]) {
            Answered if !is_own && role != Some(Role::Office) => Refused("check_not_yours"),
            Refused("not_your_role") if is_own => read_by_overseers(role),
            fate => fate,
        },
    },
    Row {
        command: "公示", own: "公示 16", foreign: "公示 30", fate: |role, _| only(role, &[Role::Office])
    },
    Row {
        command: "异议",
        own: "异议 16 夜间有异味",
        foreign: "异议 30 成立 属实",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::UnitHead, Role::Office]) {
            Answered if !is_own && role != Some(Role::Office) => Refused("objection_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "销号",
        own: "销号 16 退回 台账不符",
        foreign: "销号 30 确认",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "反弹",
        own: "反弹 16 又渗漏",
        foreign: "反弹 30 又渗漏 确认",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "回头看",
        own: "回头看",
        foreign: "回头看 30 通过",
        fate: |role, is_reading| match is_reading {
            true => read_by_overseers(role),
            false => only(role, &[Role::Office, Role::Supervisor]),
        },
    },
    Row {
        command: "延期",
        own: "延期 16",
        foreign: "延期 30 到 2018-12-31 因 汛期",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::UnitHead, Role::Office]) {
            Answered if !is_own && role != Some(Role::Office) => Refused("extension_not_yours"),
            Refused("not_your_role") if is_own => read_by_overseers(role),
            fate => fate,
        },
    },
    Row {
        command: "签收",
        own: "签收 16",
        foreign: "签收 30 9月10日",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::UnitHead]) {
            Answered if !is_own => Refused("receipt_not_yours"),
            fate => fate,
        },
    },
    Row { command: "我的", own: "我的", foreign: "我的", fate: bound },
    Row {
        command: "查",
        own: "查 16",
        foreign: "查 30",
        fate: |role, is_own| match role {
            None => Refused("not_bound"),
            Some(role) if role.sees_all() => Answered,
            Some(Role::Contact | Role::UnitHead) if is_own => Answered,
            Some(_) => Refused("item_not_yours"),
        },
    },
    Row {
        command: "附到",
        own: "附到 16",
        foreign: "附到 30",
        fate: |role, is_own| match only(role, &[Role::Contact]) {
            Answered if !is_own => Refused("file_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "材料",
        own: "材料 16",
        foreign: "材料 30",
        fate: |role, is_own| match role {
            None => Refused("not_bound"),
            Some(role) if role.sees_all() => Answered,
            Some(Role::Contact | Role::UnitHead) if is_own => Answered,
            Some(_) => Refused("files_not_yours"),
        },
    },
    Row { command: "总览", own: "总览", foreign: "总览", fate: bound },
    Row { command: "我是谁", own: "我是谁", foreign: "我是谁", fate: anyone },
    Row { command: "权限", own: "权限", foreign: "权限", fate: anyone },
    Row { command: "绑定", own: "绑定 AAAAA-AAAAA", foreign: "绑定 AAAAA-AAAAA", fate: anyone },
    Row {
        command: "请假",
        own: "请假 3天 由 白沙县联络员A 代",
        foreign: "请假 滨江区 联络员A 3天 由 白沙县联络员A 代",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::Office]) {
            Answered => own_or_office(role, is_own, "leave_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "销假",
        own: "销假",
        foreign: "销假 滨江区联络员A",
        fate: |role, is_own| match only(role, &[Role::Contact, Role::Office]) {
            Answered => own_or_office(role, is_own, "leave_not_yours"),
            fate => fate,
        },
    },
    Row {
        command: "交接",
        own: "交接",
        foreign: "交接 滨江区联络员A 确认",
        fate: |role, is_own| own_or_office(role, is_own, "handover_not_yours"),
    },
    Row {
        command: "解绑",
        own: "解绑",
        foreign: "解绑 滨江区联络员A 确认",
        fate: |role, is_own| own_or_office(role, is_own, "unbind_not_office"),
    },
    Row {
        command: "邀请",
        own: "邀请 紫岩县联络员A",
        foreign: "邀请 滨江区联络员A",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "群设置",
        own: "群设置 单位群 紫岩县",
        foreign: "群设置 单位群 滨江区",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row {
        command: "日历",
        own: "日历 2018-09-03 休 本市活动",
        foreign: "日历 2018-09-03 平",
        fate: |role, _| only(role, &[Role::Office]),
    },
    Row { command: "语言", own: "语言 中文", foreign: "语言 中文", fate: bound },
    Row { command: "帮助", own: "帮助", foreign: "帮助", fate: anyone },
];

/// Whether this person may read an item's texts, wherever it is asked.
fn may_read(role: Option<Role>, is_own: bool) -> bool {
    match role {
        None | Some(Role::Leader) => false,
        Some(role) if role.sees_all() => true,
        Some(_) => is_own,
    }
}

#[test]
fn every_command_has_its_row() {
    for command in COMMANDS {
        let word = command.words[0];
        assert!(ROWS.iter().any(|row| row.command == word), "“{word}” has no row in tests/it/isolation.rs");
    }
    for row in ROWS {
        assert!(COMMANDS.iter().any(|c| c.words[0] == row.command), "“{}” is no command", row.command);
        for line in [row.own, row.foreign] {
            assert!(duban::commands::find(line).is_some_and(|(c, _)| c.words[0] == row.command), "{line}");
        }
    }
}

/// The refusals counted so far, by their word.
async fn refusals(bot: &Bot, what: &str) -> i64 {
    sqlx::query_scalar("SELECT COALESCE(sum(count), 0)::bigint FROM refusal WHERE what LIKE $1")
        .bind(what)
        .fetch_one(&bot.pool)
        .await
        .unwrap()
}

/// Everything the ledger holds that a refused line must not have touched.
async fn ledger(bot: &Bot) -> i64 {
    bot.count(
        "SELECT (SELECT count(*) FROM report) + (SELECT sum(version) FROM item) + (SELECT sum(version) FROM holder)
              + (SELECT sum(version) FROM post) + (SELECT count(*) FROM binding_code) + (SELECT count(*) FROM leave)
              + (SELECT count(*) FROM activity) + (SELECT count(*) FROM finding_task)
              + (SELECT count(*) FROM notice) + (SELECT count(*) FROM notice_answer)
              + (SELECT COALESCE(sum(version), 0) FROM notice_copy)
              + (SELECT count(*) FROM verdict) + (SELECT count(*) FROM application) + (SELECT count(*) FROM site_check)
              + (SELECT count(*) FROM extension)
              + (SELECT COALESCE(sum(version), 0) FROM assessment) + (SELECT count(*) FROM assessment_appeal)
              + (SELECT count(*) FROM dialogue)
              + (SELECT count(*) FROM chat WHERE confirmed) + (SELECT sum(version) FROM calendar)",
    )
    .await
}

async fn town() -> Bot {
    let mut bot = Bot::new().await;
    for (role, who) in PEOPLE {
        if role.is_some() {
            bot = bot.person(who).await;
        }
    }
    let mut bot = bot.person("滨江区联络员A").await.person("白沙县联络员A").await;
    bot.leave_unread = true;
    bot
}

#[tokio::test]
async fn what_must_be_refused_is_refused_and_audited() {
    let mut bot = town().await;
    for (role, who) in PEOPLE {
        for row in ROWS {
            for (line, is_own) in [(row.own, true), (row.foreign, false)] {
                let Refused(what) = (row.fate)(*role, is_own) else { continue };
                let before = (refusals(&bot, what).await, ledger(&bot).await);
                let answer = bot.say(who, line).await;
                assert_eq!(refusals(&bot, what).await, before.0 + 1, "{who}: {line} → {answer}");
                assert_eq!(ledger(&bot).await, before.1, "{who}: {line} changed something");
                for (_, secret) in [OWN, FOREIGN] {
                    assert!(!answer.contains(secret), "{who}: {line} → {answer}");
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_allowed_is_not_refused_and_shows_only_what_may_be_read() {
    for (role, who) in PEOPLE {
        let mut bot = town().await;
        for row in ROWS {
            for (line, is_own) in [(row.own, true), (row.foreign, false)] {
                if (row.fate)(*role, is_own) != Answered {
                    continue;
                }
                let answer = bot.say(who, line).await;
                assert!(!answer.is_empty(), "{who}: {line} is left without an answer");
                assert_eq!(refusals(&bot, "%").await, 0, "{who}: {line} → {answer}");
                for ((_, secret), is_own) in [(OWN, true), (FOREIGN, false)] {
                    assert!(may_read(*role, is_own) || !answer.contains(secret), "{who}: {line} → {answer}");
                }
            }
        }
    }
}

#[tokio::test]
async fn before_the_doors_open_a_stranger_is_tried_and_leaves_no_trace() {
    let bot = town().await;
    let before = ledger(&bot).await;
    duban::commands::self_test::strangers_are_refused(&bot.app.desk, bot.app.clock.now()).await.unwrap();
    let traces =
        "SELECT (SELECT count(*) FROM inbox WHERE account = 'self-test') + (SELECT count(*) FROM refusal)
                       + (SELECT count(*) FROM outbox)";
    assert_eq!((bot.count(traces).await, ledger(&bot).await), (0, before));
}

#[tokio::test]
async fn a_group_that_is_not_confirmed_or_not_theirs_reads_nothing() {
    let mut bot = town().await;
    bot.unit_group("-8", "滨江区").await;
    for group in ["-9", "-8"] {
        for (_, who) in PEOPLE {
            for line in ["我的", "查 16", "进度 16 87 调试"] {
                let answer = bot.say_in(group, who, line).await;
                assert!(!answer.contains(OWN.1), "{who} in {group}: {line} → {answer}");
            }
        }
    }
}
