//! The words of a file for what the code has an enum for: status, kind, role, kind of event.
//! Real ledgers say the same thing in many ways; what is not unmistakable is refused with the words
//! that are taken.

use crate::domain::item::{Kind, Status};
use crate::domain::ledger_file::{HistoryKind, Sentence, plain, sentence};
use crate::domain::people::Role;

/// A word without punctuation: `已完成整改，长期坚持` is `已完成整改长期坚持`.
fn core(word: &str) -> String {
    plain(word).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whole words only: `已完成前期工作` and `已完成80%` are not completed.
const STATUS: &[(Status, &[&str])] = &[
    (
        Status::SignedOff,
        &[
            "已销号",
            "销号",
            "已验收销号",
            "验收销号",
            "完成销号",
            "已完成销号",
            "办结销号",
            "signedoff",
            "closed",
        ],
    ),
    (
        Status::Completed,
        &[
            "基本完成",
            "已基本完成",
            "已完成整改",
            "已完成",
            "已经完成",
            "完成整改",
            "整改完成",
            "已整改完成",
            "已整改到位",
            "完成",
            "completed",
            "done",
        ],
    ),
    (Status::Returned, &["退回整改", "退回", "returned"]),
    (Status::Publicity, &["公示中", "正在公示", "公示", "publicity"]),
    (Status::Checking, &["验收中", "正在验收", "核查中", "正在核查", "checking"]),
    (Status::Applied, &["申请验收", "已申请验收", "待验收", "申请销号", "已申请销号", "待销号", "applied"]),
    (
        Status::InProgress,
        &[
            "整改中",
            "正在整改",
            "正在推进",
            "推进中",
            "按序时推进",
            "按序时进度推进",
            "序时推进",
            "有序推进",
            "持续推进",
            "持续整改",
            "达到序时进度",
            "达到时序进度",
            "未达到序时进度",
            "未达序时进度",
            "未完成",
            "inprogress",
            "ongoing",
        ],
    ),
    (Status::Assigned, &["交办", "已交办", "未启动", "尚未启动", "未开始", "待整改", "未整改", "assigned"]),
];

/// What may stand behind a status without changing it.
const TAILS: &[&str] = &["长期坚持", "持续坚持", "按序时推进", "按时序推进", "按序时进度推进"];

pub(super) fn status(word: &str) -> Result<Status, Sentence> {
    let whole = core(word);
    let known =
        |word: &str| STATUS.iter().find(|(_, names)| names.contains(&word)).map(|(status, _)| *status);
    let cut = TAILS
        .iter()
        .find_map(|tail| whole.strip_suffix(tail))
        .map(|head| head.trim_end_matches(['并', '且']));
    known(&whole).or_else(|| cut.and_then(known)).ok_or_else(|| {
        let zh = listed(&Status::ALL.map(|status| status.word().zh), "、");
        let en = listed(&Status::ALL.map(Status::code), ", ");
        sentence!("状态认不出；请用：{zh}", "unknown status; use one of: {en}")
    })
}

pub(super) fn kind(word: &str) -> Result<Kind, Sentence> {
    let word = core(word);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if has(&["长期", "持续", "longterm"]) {
        Ok(Kind::LongTerm)
    } else if has(&["立行立改", "立即", "立查立改", "立整立改", "atonce"]) {
        Ok(Kind::AtOnce)
    } else if has(&["限期", "阶段", "短期", "中期", "bydeadline"]) {
        Ok(Kind::ByDeadline)
    } else {
        let zh = listed(&Kind::ALL.map(|kind| kind.word().zh), "、");
        let en = listed(&Kind::ALL.map(Kind::code), ", ");
        Err(sentence!("整改类型认不出；请用：{zh}", "unknown kind; use one of: {en}"))
    }
}

const ROLE: &[(Role, &[&str])] = &[
    (Role::Contact, &["联络员", "联系人", "填报人", "填报员", "contact"]),
    (Role::UnitHead, &["单位负责人", "负责人", "主要负责人", "分管负责人", "分管领导", "责任人", "unithead"]),
    (Role::Leader, &["包抓领导", "督导领导", "市级领导", "市领导", "领导", "leader"]),
    (Role::Office, &["整改办", "办公室", "整改办工作人员", "管理员", "office"]),
    (Role::Supervisor, &["督查", "督查室", "督查专员", "督办", "督察", "supervisor"]),
    (Role::Auditor, &["审计", "审计员", "auditor"]),
];

pub(super) fn role(word: &str) -> Result<Role, Sentence> {
    let word = core(word);
    ROLE.iter().find(|(_, names)| names.contains(&&*word)).map(|(role, _)| *role).ok_or_else(|| {
        let zh = listed(&Role::ALL.map(|role| role.title().zh), "、");
        let en = listed(&Role::ALL.map(Role::code), ", ");
        sentence!("角色认不出；请用：{zh}", "unknown role; use one of: {en}")
    })
}

const EVENT: &[(HistoryKind, &[&str])] = &[
    (HistoryKind::Report, &["填报", "进度填报", "进度", "进展", "调度", "进展填报", "report"]),
    (
        HistoryKind::Application,
        &["申请验收", "申请销号", "验收申请", "销号申请", "申请验收销号", "申请", "application"],
    ),
    (HistoryKind::Return, &["退回", "退回整改", "return"]),
    (HistoryKind::Completion, &["完成", "基本完成", "完成整改", "整改完成", "completion"]),
    (HistoryKind::SignOff, &["销号", "已销号", "验收销号", "signoff"]),
];

pub(super) fn event(word: &str) -> Result<HistoryKind, Sentence> {
    let word = core(word);
    EVENT.iter().find(|(_, names)| names.contains(&&*word)).map(|(kind, _)| *kind).ok_or_else(|| {
        let zh = listed(&["填报", "申请验收", "退回", "完成", "销号"], "、");
        let en = listed(&HistoryKind::ALL.map(HistoryKind::code), ", ");
        sentence!("类型认不出；请用：{zh}", "unknown kind of event; use one of: {en}")
    })
}

/// The code of a unit's kind; other words are kept as they are.
pub(super) fn unit_kind(word: &str) -> String {
    match &*core(word) {
        "机构" | "办公室" | "领导机构" | "议事协调机构" => "office".to_owned(),
        "部门" | "市直部门" | "市级部门" | "市直单位" => "department".to_owned(),
        "县区" | "区县" | "县" | "区" | "县市区" => "county".to_owned(),
        _ => word.trim().to_owned(),
    }
}

fn listed(words: &[&str], between: &str) -> String {
    words.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_in_the_words_of_real_ledgers() {
        for (word, expected) in [
            ("整改中", Status::InProgress),
            ("正在推进（按序时推进）", Status::InProgress),
            ("未完成", Status::InProgress),
            ("验收中", Status::Checking),
            ("退回整改", Status::Returned),
            ("基本完成", Status::Completed),
            ("已完成整改，长期坚持", Status::Completed),
            ("已经完成，长期坚持", Status::Completed),
            ("已完成整改", Status::Completed),
            ("已销号", Status::SignedOff),
            ("已完成销号", Status::SignedOff),
            ("signed_off", Status::SignedOff),
            ("In progress", Status::InProgress),
        ] {
            assert_eq!(status(word), Ok(expected), "{word}");
        }
        for word in ["已完成80%", "已完成前期工作", "长期坚持", "待定", ""] {
            assert!(status(word).is_err(), "{word}");
        }
    }

    #[test]
    fn every_code_and_every_own_word_is_taken() {
        for known in Status::ALL {
            assert_eq!((status(known.code()), status(known.word().zh)), (Ok(known), Ok(known)));
        }
        for known in Kind::ALL {
            assert_eq!((kind(known.code()), kind(known.word().zh)), (Ok(known), Ok(known)));
        }
        for known in Role::ALL {
            assert_eq!((role(known.code()), role(known.title().zh)), (Ok(known), Ok(known)));
        }
        for known in HistoryKind::ALL {
            assert_eq!(event(known.code()), Ok(known));
        }
    }
}
