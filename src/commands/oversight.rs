//! What those who oversee the office (督查, 审计) read of its own commands: lists and cards, never a step. What is
//! not named here, and not in a command's own `who`, is not for them; buttons of steps are not shown to them.

use super::words::Words;
use super::{
    Call, Command, Failure, acceptance, activity, assessment, at_round, calendar, cycle, extension, find,
    proposals, release, review, urge,
};
use crate::domain::decision::{Decision, Saying};
use crate::domain::people::Who;
use crate::domain::{Both, Role, Speaker};

/// A command of others, and those of its lines that only read.
struct Read {
    command: &'static Command,
    about: Both,
    is_reading: fn(Words) -> bool,
}

const READ: &[Read] = &[
    Read {
        command: &review::COMMAND,
        about: Both { zh: "待审的填报（只看）", en: "reports to look at (read only)" },
        is_reading: item_or_list,
    },
    Read {
        command: &urge::COMMAND,
        about: Both {
            zh: "本月未报的单位和事项（只看）", en: "who has not reported this month (read only)"
        },
        is_reading: |words| !["发送", "send"].iter().any(|sends| words.clone().rest().ends_with(sends)),
    },
    Read {
        command: &release::COMMAND,
        about: Both {
            zh: "没有送达的提醒和原因（只看）", en: "what did not arrive, and why (read only)"
        },
        is_reading: list,
    },
    Read {
        command: &proposals::COMMAND,
        about: Both { zh: "待定的建议（只看）", en: "what waits for the office (read only)" },
        is_reading: item_or_list,
    },
    Read {
        command: &activity::task::COMMAND,
        about: Both { zh: "在办的交办单（只看）", en: "open tasks (read only)" },
        is_reading: list,
    },
    Read {
        command: &assessment::COMMAND,
        about: Both {
            zh: "季度考核：各季度、各单位得分（只看）",
            en: "the quarter's assessments (read only)",
        },
        is_reading: quarter,
    },
    Read {
        command: &extension::COMMAND,
        about: Both { zh: "待办的延期申请（只看）", en: "extensions asked for (read only)" },
        is_reading: item_or_list,
    },
    Read {
        command: &acceptance::CHECK,
        about: Both { zh: "一项的销号申请（只看）", en: "an application (read only)" },
        is_reading: item_or_list,
    },
    Read {
        command: &acceptance::SIGN_OFF,
        about: Both {
            zh: "销号申请到哪一步（只看）", en: "how far applications have come (read only)"
        },
        is_reading: list,
    },
    Read {
        command: &acceptance::RECHECK,
        about: Both {
            zh: "到期该回头看的事项（只看）", en: "what is to be looked at again (read only)"
        },
        is_reading: item_or_list,
    },
    Read {
        command: &cycle::PRECHECK,
        about: Both {
            zh: "发出前哪些单位收不到（只看）", en: "who would not get a dispatch (read only)"
        },
        is_reading: list,
    },
    Read {
        command: &calendar::COMMAND,
        about: Both { zh: "节假日和补班（只看）", en: "holidays and make-up days (read only)" },
        is_reading: |mut words| words.word().is_none_or(|_| words.is_empty()),
    },
];

/// Nothing, or a page.
fn list(mut words: Words) -> bool {
    words.is_empty() || (words.page().is_some() && words.is_empty())
}

/// Or one item.
fn item_or_list(mut words: Words) -> bool {
    list(words.clone()) || (words.item().is_ok() && words.is_empty())
}

/// Nothing, or one quarter.
fn quarter(words: Words) -> bool {
    let said = words.clone().rest();
    let (said, _) = at_round(&said);
    !said.contains(char::is_whitespace)
}

/// Whoever reads all and decides nothing.
fn oversees(speaker: &Speaker) -> bool {
    matches!(speaker.role, Role::Supervisor | Role::Auditor)
}

fn read_by(command: &Command, speaker: Option<&Speaker>) -> Option<&'static Read> {
    let read = READ.iter().find(|read| read.command.words == command.words);
    read.filter(|_| speaker.is_some_and(oversees) && !command.who.admits(speaker))
}

impl Command {
    /// How the help tells this speaker of it; `None`: not at all.
    pub fn told_to(&self, speaker: Option<&Speaker>) -> Option<(Both, Both)> {
        let [zh, en, ..] = *self.words else { return None };
        match read_by(self, speaker) {
            Some(read) => Some((Both { zh, en }, read.about)),
            None => {
                (!self.about.zh.is_empty() && self.who.admits(speaker)).then_some((self.usage, self.about))
            }
        }
    }

    /// Whether the help of this speaker tells of it.
    pub fn is_for(&self, speaker: Option<&Speaker>) -> bool {
        self.told_to(speaker).is_some()
    }

    /// Whether this speaker may say this line.
    pub(super) fn admits(&self, speaker: Option<&Speaker>, words: &Words) -> bool {
        self.who.admits(speaker)
            || read_by(self, speaker).is_some_and(|read| (read.is_reading)(words.clone()))
    }
}

/// What only the office and those who oversee it may do or read is done in private or in the office's own group,
/// as in any other group the units would read along; only a group's own settings are made where they belong.
pub(super) fn may_be_done_here(call: &Call<'_>) -> Result<(), Failure> {
    let is_inside = |role: &Role| matches!(role, Role::Office | Role::Supervisor | Role::Auditor);
    let stays_inside = match call.command.who {
        Who::Roles(roles) => roles.iter().all(is_inside) && call.command.words != super::group::COMMAND.words,
        Who::Anyone | Who::Bound => false,
    };
    match stays_inside || read_by(call.command, call.door.speaker.as_ref()).is_some() {
        true => call.office_only(),
        false => Ok(()),
    }
}

/// Whoever may not take a step is not offered it.
pub(super) fn without_steps(speaker: Option<&Speaker>, mut decision: Decision) -> Decision {
    if !speaker.is_some_and(oversees) {
        return decision;
    }
    let may = |says: &str| find(says).is_none_or(|(command, words)| command.admits(speaker, &words));
    for reply in &mut decision.replies {
        if let Saying::Message(message) = &mut reply.say {
            message.buttons.iter_mut().for_each(|row| row.retain(|button| may(&button.says)));
            message.buttons.retain(|row| !row.is_empty());
        }
    }
    decision
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaker(role: Role) -> Speaker {
        let unit = crate::domain::UnitRef { id: uuid::Uuid::nil(), name: "审计局".into() };
        Speaker {
            holder: uuid::Uuid::nil(),
            holder_version: 1,
            post: uuid::Uuid::nil(),
            post_title: "审计专员A".into(),
            role,
            unit,
            lang: crate::domain::Lang::Zh,
            stands_in: Vec::new(),
        }
    }

    fn may(role: Role, line: &str) -> bool {
        let (command, words) = find(line).expect("is a command");
        command.admits(Some(&speaker(role)), &words)
    }

    #[test]
    fn whoever_oversees_reads_and_takes_no_step() {
        let reads = [
            "审核",
            "审核 第2页",
            "审核 16",
            "催报",
            "催报 紫岩县",
            "放行",
            "建议",
            "建议 16",
            "交办",
            "考核",
            "考核 2018年3季度",
            "考核 3季度 @2017年省级环保督察",
            "延期",
            "延期 16",
            "核查",
            "核查 16",
            "销号",
            "销号 第2页",
            "回头看",
            "预检",
            "彩排",
            "调度",
            "未签收",
            "日历",
            "日历 2027年2月",
            "assessment 2018Q3",
        ];
        let steps = [
            "审核 16 通过",
            "审核 16 退回 原因",
            "催报 发送",
            "催报 紫岩县 发送",
            "放行 16",
            "建议 16 同意",
            "考核 3季度 送达",
            "考核 3季度 发布 确认",
            "考核 申诉 1 成立 理由",
            "延期 16 批准 依据",
            "核查 16 通过",
            "核查 16 由 市环保局",
            "销号 16",
            "销号 16 退回 原因",
            "公示 16",
            "异议 16 有异味",
            "反弹 16 又渗漏",
            "暂停 16 到 9月20日 因 汛期",
            "日历 2027-02-14 班 春节调休",
            "发出",
            "发出 确认",
            "督办 16",
            "通报",
            "记 会议 部署",
            "代 紫岩县 16 90 完成",
            "邀请 紫岩县 联络员A",
        ];
        for role in [Role::Supervisor, Role::Auditor] {
            for line in reads {
                assert!(may(role, line), "{role:?} may not read {line}");
            }
            for line in steps {
                assert!(!may(role, line), "{role:?} may do {line}");
            }
        }
        assert!(!may(Role::Auditor, "预检 豁免 全部") && !may(Role::Auditor, "回头看 16 通过"));
        for line in ["审核", "放行", "建议", "销号"] {
            assert!(!may(Role::Contact, line), "{line}");
        }
    }
}
