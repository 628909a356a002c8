//! What became of a report (撤回, 通过, 退回): appended, one for each report. Reports themselves never change.

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::decision::Change;
use super::lang::Both;
use super::sentence::DateWord;
use super::workday::Calendar;

/// The limits that are offered, in working days.
pub const LIMITS: [usize; 3] = [3, 5, 10];
/// A later limit is a slip: nobody reports once a quarter.
const LONGEST_LIMIT: Days = Days::new(92);

/// The day until which a new report is expected, out of what the office said. `None`: not a day to come,
/// or too far away.
pub fn limit_on(word: DateWord, today: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    let day = word.resolve(today, &|day| calendar.is_workday(day));
    (day > today && day <= today + LONGEST_LIMIT).then_some(day)
}

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVerdict {
    pub item: Uuid,
    /// The report's version.
    pub version: i32,
    pub verdict: Verdict,
    pub reason: String,
    /// Until when a report that was sent back is expected anew.
    pub due_on: Option<NaiveDate>,
}

impl NewVerdict {
    /// Without a reason or a limit.
    pub fn plain(item: Uuid, version: i32, verdict: Verdict) -> NewVerdict {
        NewVerdict { item, version, verdict, reason: String::new(), due_on: None }
    }
}

/// What can become of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 撤回, by whoever reported.
    Withdrawn,
    /// 审核通过, by the office.
    Accepted,
    /// 退回, by the office.
    Returned,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Withdrawn, Verdict::Accepted, Verdict::Returned];

    pub fn code(self) -> &'static str {
        match self {
            Verdict::Withdrawn => "withdrawn",
            Verdict::Accepted => "accepted",
            Verdict::Returned => "returned",
        }
    }

    pub fn from_code(code: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.code() == code)
    }

    /// What the item's history calls it.
    pub fn change(self) -> Change {
        match self {
            Verdict::Withdrawn => Change::Withdrawn,
            Verdict::Accepted => Change::Accepted,
            Verdict::Returned => Change::SentBack,
        }
    }

    pub fn word(self) -> Both {
        match self {
            Verdict::Withdrawn => Both { zh: "已撤回", en: "taken back" },
            Verdict::Accepted => Both { zh: "已通过", en: "accepted" },
            Verdict::Returned => Both { zh: "已退回", en: "sent back" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sentence::leading_limit;

    #[test]
    fn a_limit_is_read_at_the_head_of_a_reason() {
        let today: NaiveDate = "2018-08-31".parse().expect("a date");
        let read = |said: &str| {
            let (word, reason) = leading_limit(said)?;
            Some((limit_on(word, today, &Calendar::default()).map(|day| day.to_string()), reason))
        };
        for (said, day, reason) in [
            ("2018-09-20 请附照片", Some("2018-09-20"), "请附照片"),
            ("9月20日前，请附照片", Some("2018-09-20"), "请附照片"),
            ("10个工作日 请附照片", Some("2018-09-14"), "请附照片"),
            ("１０ 个工作日内：请附照片", Some("2018-09-14"), "请附照片"),
            ("三个工作日", Some("2018-09-05"), ""),
            ("7天内 请附照片", Some("2018-09-07"), "请附照片"),
            ("下周五 请附照片", Some("2018-09-07"), "请附照片"),
            ("3 working days: photos please", Some("2018-09-05"), "photos please"),
            ("2018-08-20 请附照片", None, "请附照片"),
            ("今天 请附照片", None, "请附照片"),
            ("200个工作日 请附照片", None, "请附照片"),
        ] {
            assert_eq!(read(said), Some((day.map(str::to_owned), reason.to_owned())), "{said}");
        }
        for reason in ["请附照片", "8月15日的照片不清楚", "3个站的照片没有", "90%与上月不符", ""]
        {
            assert_eq!(read(reason), None, "{reason}");
        }
    }
}
