//! Ledger time: one instant and the day it is in China. The ledger's clock may be moved forward in
//! the demo; leases, pace and retries never see this type, they run on real time.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Asia::Shanghai;

/// The moment a decision is made at, by the ledger's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub utc: DateTime<Utc>,
}

impl Now {
    pub fn at(utc: DateTime<Utc>) -> Now {
        Now { utc }
    }

    /// The calendar day in Asia/Shanghai.
    pub fn today(self) -> NaiveDate {
        self.utc.with_timezone(&Shanghai).date_naive()
    }

    /// The wall-clock time in Asia/Shanghai.
    pub fn time(self) -> NaiveTime {
        self.utc.with_timezone(&Shanghai).time()
    }

    /// `2018-08-31 09:00`, for people.
    pub fn spoken(self) -> String {
        self.utc.with_timezone(&Shanghai).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// `2018年9月7日`: a day as official papers write it.
pub fn official(day: NaiveDate) -> String {
    day.format("%Y年%-m月%-d日").to_string()
}

/// The instant of a wall-clock time in China. There is no daylight saving, so it is always unique.
pub fn in_china(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    Shanghai
        .from_local_datetime(&day.and_time(time))
        .single()
        .map_or_else(|| day.and_time(time).and_utc(), |at| at.with_timezone(&Utc))
}
