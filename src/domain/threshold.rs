//! The numbers that rules go by, each one row of one table: what it is called and told, its default, and what the
//! office may set instead. What is set stands in `basis`.

use super::lang::Both;

/// A number, or a few of them, that rules go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Threshold {
    DueSoon,
    Lagging,
    WindowDay,
    Stalled,
    Rework,
    Limits,
    AgeCap,
    Receipt,
    Promise,
    HalfCloses,
    WeekCloses,
    LongTermMonths,
    Answer,
    Publicity,
    Recheck,
    Assessment,
    Budget,
    Colours,
    Appeal,
}

/// What a threshold is, and what may be set.
#[derive(Debug)]
pub struct Spec {
    of: Threshold,
    pub code: &'static str,
    pub word: Both,
    pub about: Both,
    pub unit: Both,
    pub default: &'static [i32],
    /// Each number, both included.
    pub from: i32,
    pub to: i32,
    pub shape: Shape,
}

/// How several numbers of one threshold belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As many as the default has.
    Same,
    /// As many as the default has, each greater than the one before.
    Rising,
    /// One to six, each smaller than the one before.
    Falling,
    /// As many as the default has, a hundred together.
    Hundred,
    /// As many as the default has, not all of them zero.
    Some,
    /// As many as the default has, each the place of a different colour in the palette.
    Colours,
}

/// Every threshold there is, in the order of the enum.
const TABLE: &[Spec] = &[
    Spec {
        of: Threshold::DueSoon,
        code: "due_soon",
        word: Both { zh: "临期", en: "due_soon" },
        about: Both {
            zh: "期限前几天起算临期，逐级提醒",
            en: "days before the deadline, each reminded once",
        },
        unit: Both { zh: "天", en: "days" },
        default: &[30, 15, 7, 3, 1],
        from: 0,
        to: 365,
        shape: Shape::Falling,
    },
    Spec {
        of: Threshold::Lagging,
        code: "lagging",
        word: Both { zh: "滞后", en: "lagging" },
        about: Both {
            zh: "落后阶段目标多少算轻、较重、严重", en: "points behind: mild, serious, severe"
        },
        unit: Both { zh: "个百分点", en: "points" },
        default: &[1, 20, 40],
        from: 1,
        to: 100,
        shape: Shape::Rising,
    },
    Spec {
        of: Threshold::WindowDay,
        code: "window_day",
        word: Both { zh: "填报截止", en: "window_day" },
        about: Both {
            zh: "每月几号截止填报，不上班就顺延",
            en: "day of the month; moved on to the next working day",
        },
        unit: Both { zh: "日", en: "of the month" },
        default: &[25],
        from: 5,
        // Moved on over the longest holiday it must still close before the next month's window does.
        to: 28,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Stalled,
        code: "stalled",
        word: Both { zh: "停滞", en: "stalled" },
        about: Both {
            zh: "进度连续几期不变算停滞", en: "windows without any change of the percent"
        },
        unit: Both { zh: "期", en: "windows" },
        default: &[2],
        from: 1,
        to: 12,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Rework,
        code: "rework",
        word: Both { zh: "重报限期", en: "rework" },
        about: Both {
            zh: "退回后几个工作日内重报", en: "working days to report anew what was sent back"
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[5],
        from: 1,
        to: 30,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Limits,
        code: "limits",
        word: Both { zh: "阶梯限期", en: "limits" },
        about: Both {
            zh: "提醒、预警、督办、通报、约谈各给多久，过了仍未解决才到下一级；0 为不用这一级",
            en: "of reminder, warning, notice, circular, interview before the next one; 0 leaves one out",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[5, 5, 10, 10, 20],
        from: 0,
        to: 60,
        shape: Shape::Some,
    },
    Spec {
        of: Threshold::AgeCap,
        code: "age_cap",
        word: Both { zh: "最长在阶梯", en: "age_cap" },
        about: Both {
            zh: "一件事拖到这么久就请整改办定夺",
            en: "days until an unsettled matter is put before the office",
        },
        unit: Both { zh: "天", en: "days" },
        default: &[120],
        from: 20,
        to: 730,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Receipt,
        code: "receipt",
        word: Both { zh: "签收时限", en: "receipt" },
        about: Both {
            zh: "预警以上发出后几个工作日没有签收，再提醒一次",
            en: "working days to sign for a warning before it is said once more",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[2],
        from: 1,
        to: 20,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Promise,
        code: "promise",
        word: Both { zh: "承诺最长", en: "promise" },
        about: Both {
            zh: "签收时承诺的日期最晚在几个工作日以后；可以改一次",
            en: "working days ahead that a unit may promise; the day may move once",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[20],
        from: 3,
        to: 60,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::HalfCloses,
        code: "half_closes",
        word: Both { zh: "半月截止", en: "half_closes" },
        about: Both {
            zh: "半月期第几个工作日截止填报",
            en: "working day of a half month on which its window closes",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[8],
        from: 1,
        to: 10,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::WeekCloses,
        code: "week_closes",
        word: Both { zh: "每周截止", en: "week_closes" },
        about: Both {
            zh: "周期第几个工作日截止填报",
            en: "working day of a week on which its window closes",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[4],
        from: 1,
        to: 5,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::LongTermMonths,
        code: "longterm_months",
        word: Both { zh: "长期坚持", en: "longterm_months" },
        about: Both {
            zh: "长期坚持事项完成后几个月报一次",
            en: "months between reports of a long-term item once it is completed",
        },
        unit: Both { zh: "个月", en: "months" },
        default: &[3],
        from: 2,
        to: 12,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Answer,
        code: "answer",
        word: Both { zh: "回复限期", en: "answer" },
        about: Both {
            zh: "督办通知等发文后几个工作日内回复，拟稿时可以另定",
            en: "working days to answer a notice, unless its draft says another day",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[5],
        from: 1,
        to: 60,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Publicity,
        code: "publicity",
        word: Both { zh: "公示期", en: "publicity" },
        about: Both {
            zh: "销号前公示几个工作日，首尾都算；有异议就停，处理完重新公示",
            en: "working days in publicity before sign-off, both ends counted; begun anew after an objection",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[10],
        from: 3,
        to: 60,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Recheck,
        code: "recheck",
        word: Both { zh: "回头看", en: "recheck" },
        about: Both {
            zh: "销号后第几个月回头看",
            en: "months after sign-off at which an item is looked at again",
        },
        unit: Both { zh: "个月", en: "months" },
        default: &[3, 6, 12],
        from: 1,
        to: 60,
        shape: Shape::Rising,
    },
    Spec {
        of: Threshold::Assessment,
        code: "assessment",
        word: Both { zh: "考核权重", en: "assessment" },
        about: Both {
            zh: "季度考核草案各指标的权重：按期完成、序时进度、按期填报、一次通过、不反弹",
            en: "weights of the quarterly draft: done in time, pace, reported in time, accepted at once, lasting",
        },
        unit: Both { zh: "分", en: "points" },
        default: &[40, 25, 15, 10, 10],
        from: 0,
        to: 100,
        shape: Shape::Hundred,
    },
    Spec {
        of: Threshold::Budget,
        code: "budget",
        word: Both { zh: "减负预算", en: "budget" },
        about: Both {
            zh: "每月主动发给一个联络员最多几条，写在每条下面；几轮不同时按最少的",
            en: "unasked messages to a contact in a month, printed under each; of several rounds the least",
        },
        unit: Both { zh: "条", en: "messages" },
        default: &[6],
        from: 1,
        to: 30,
        shape: Shape::Same,
    },
    Spec {
        of: Threshold::Colours,
        code: "colours",
        word: Both { zh: "颜色", en: "colours" },
        about: Both {
            zh: "逾期、滞后、未报、临期各用什么颜色，颜色后面总写着文字",
            en: "of overdue, lagging, not reported and due soon; the word always stands beside",
        },
        unit: Both { zh: "", en: "" },
        default: &[0, 1, 5, 2],
        from: 0,
        to: 5,
        shape: Shape::Colours,
    },
    Spec {
        of: Threshold::Appeal,
        code: "appeal",
        word: Both { zh: "申诉期", en: "appeal" },
        about: Both {
            zh: "考核草案送单位后几个工作日内可以申诉，过了才能发布",
            en: "working days to appeal against an assessment that was sent; published only afterwards",
        },
        unit: Both { zh: "个工作日", en: "working days" },
        default: &[5],
        from: 3,
        to: 30,
        shape: Shape::Same,
    },
];

impl Threshold {
    pub fn all() -> impl Iterator<Item = Threshold> {
        TABLE.iter().map(|spec| spec.of)
    }

    pub fn spec(self) -> &'static Spec {
        &TABLE[self as usize]
    }

    pub fn from_code(code: &str) -> Option<Threshold> {
        Threshold::all().find(|threshold| threshold.spec().code == code)
    }

    /// Whether these numbers may be set.
    pub fn admits(self, values: &[i32]) -> bool {
        let spec = self.spec();
        let is_fit = match spec.shape {
            Shape::Same => values.len() == spec.default.len(),
            Shape::Hundred => values.len() == spec.default.len() && values.iter().sum::<i32>() == 100,
            Shape::Some => values.len() == spec.default.len() && values.iter().any(|value| *value > 0),
            // No two lamps look alike.
            Shape::Colours => {
                let mut seen = values.to_vec();
                seen.sort_unstable();
                seen.dedup();
                seen.len() == spec.default.len() && values.len() == seen.len()
            }
            Shape::Rising => values.len() == spec.default.len() && values.is_sorted_by(|a, b| a < b),
            Shape::Falling => (1..=6).contains(&values.len()) && values.is_sorted_by(|a, b| a > b),
        };
        is_fit && values.iter().all(|value| (spec.from..=spec.to).contains(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_threshold_stands_at_its_place_and_admits_its_default() {
        for (at, spec) in TABLE.iter().enumerate() {
            assert_eq!(spec.of as usize, at, "{}", spec.code);
            assert!(spec.of.admits(spec.default), "{}", spec.code);
            assert_eq!(Threshold::from_code(spec.code), Some(spec.of));
        }
        assert!(!Threshold::DueSoon.admits(&[15, 30]) && !Threshold::DueSoon.admits(&[]));
        assert!(Threshold::DueSoon.admits(&[30, 15, 7]));
        assert!(!Threshold::WindowDay.admits(&[29]) && !Threshold::Lagging.admits(&[1, 20]));
    }
}
