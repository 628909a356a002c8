//! The golden cases, the days, and what no text may do to the grammar.

use chrono::{Datelike, NaiveDate, Weekday};
use proptest::prelude::*;

use super::*;

const CASES: &str = include_str!("../../../tests/fixtures/sentences.txt");

fn cases() -> impl Iterator<Item = (String, &'static str)> {
    CASES
        .lines()
        .filter(|line| !line.starts_with("# ") && !line.starts_with("## ") && *line != "#")
        .filter_map(|line| line.split_once(" ⇒ "))
        .map(|(sentence, meaning)| (sentence.replace("\\n", "\n"), meaning))
}

#[test]
fn every_golden_case_is_understood() {
    let wrong: Vec<String> = cases()
        .filter_map(|(sentence, meaning)| {
            let found = shown(&understand(&sentence));
            (found != meaning).then(|| format!("{sentence:?}\n  meant {meaning}\n  found {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases().count(), wrong.join("\n"));
}

#[test]
fn there_are_enough_cases_and_none_twice() {
    let sentences: std::collections::BTreeSet<String> = cases().map(|(sentence, _)| sentence).collect();
    assert_eq!(sentences.len(), cases().count());
    assert!(sentences.len() >= 170);
}

fn shown(sentence: &Sentence) -> String {
    match sentence {
        Sentence::Nothing => "nothing".to_owned(),
        Sentence::Ask(question) => format!("ask {}", asked(question)),
        Sentence::CorrectLast { percent, item, text } => {
            let what = match (percent, item) {
                (Some(percent), _) => percent_of(Some(*percent)),
                (None, Some(item)) => format!("#{}", item_of(Some(item))),
                (None, None) => "-".to_owned(),
            };
            format!("last:{what}{}", quoted(" ", text))
        }
        Sentence::Reports(reports) => {
            let mark = if sentence.is_unmistakable() { "!" } else { "" };
            format!("{mark}{}", reports.iter().map(report_of).collect::<Vec<_>>().join(" + "))
        }
        Sentence::Doubtful { doubts, clear } => {
            let doubts =
                doubts.iter().map(|doubt| format!("?{} {}", why_of(&doubt.why), report_of(&doubt.report)));
            doubts.chain(clear.iter().map(report_of)).collect::<Vec<_>>().join(" + ")
        }
    }
}

fn why_of(why: &Why) -> String {
    match why {
        Why::PercentOrItem(n) => format!("percent-or-item {n}"),
        Why::OnlyItem => "only-item".to_owned(),
        Why::ItemOrDay => "item-or-day".to_owned(),
        Why::DoneOrSignOff => "done".to_owned(),
        Why::AboutPercent(n) => format!("about {n}"),
        Why::WhichPercent(all) => {
            format!("two {}", all.iter().map(ToString::to_string).collect::<Vec<_>>().join("/"))
        }
    }
}

fn item_of(item: Option<&ItemWord>) -> String {
    match item {
        None => "-".to_owned(),
        Some(ItemWord { number, round: None }) => number.to_string(),
        Some(ItemWord { number, round: Some(round) }) => format!("{number}@{round}"),
    }
}

fn percent_of(percent: Option<Percent>) -> String {
    match percent {
        None => "-".to_owned(),
        Some(Percent::Exact(n)) => format!("{n}%"),
        Some(Percent::About(n)) => format!("~{n}%"),
    }
}

fn quoted(before: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{before}\"{text}\"") }
}

fn report_of(report: &Report) -> String {
    let mut out = format!("{}:{}", item_of(report.item.as_ref()), percent_of(report.percent));
    out += match report.change {
        Change::Progress => "",
        Change::Unchanged => " nochange",
        Change::SameAsLast => " same",
    };
    out += if report.is_correction { " correction" } else { "" };
    out += if report.applies { " applies" } else { "" };
    out += &quoted(" ", &report.text);
    let fields = &report.fields;
    if let Some(Next { date, what }) = &fields.next {
        out += &format!(" next={}\"{what}\"", date.map_or("-".to_owned(), |date| date_of(&date)));
    }
    out += &fields.cause.map_or(String::new(), |cause| format!(" cause={}", cause.code()));
    out += &fields.difficulty.as_ref().map_or(String::new(), |text| quoted(" difficulty", text));
    out += &fields.help.as_ref().map_or(String::new(), |text| quoted(" help", text));
    out
}

fn year_of(year: Year) -> String {
    match year {
        Year::Unsaid => String::new(),
        Year::Named(year) => format!("{year}-"),
        Year::Ahead(years) => format!("y{years:+}-"),
    }
}

fn third_of(third: Third) -> &'static str {
    match third {
        Third::Early => "early",
        Third::Mid => "mid",
        Third::End => "end",
    }
}

fn date_of(date: &DateWord) -> String {
    match *date {
        DateWord::Day { year, month, day } => format!("{}{month}-{day}", year_of(year)),
        DateWord::PartOfMonth { year, month, third } => {
            format!("{}{month}-{}", year_of(year), third_of(third))
        }
        DateWord::DayOfThisOrNext(day) => format!("day{day}"),
        DateWord::DayOfMonthAhead { months, day } => format!("m{months:+}-{day}"),
        DateWord::PartOfMonthAhead { months, third } => format!("m{months:+}-{}", third_of(third)),
        DateWord::EndOfQuarterAhead(quarters) => format!("q{quarters:+}"),
        DateWord::EndOfQuarter(quarter) => format!("q{quarter}"),
        DateWord::EndOfYearAhead(years) => format!("y{years:+}"),
        DateWord::Weekday { weeks, day } => {
            let week = weeks.map_or("w?".to_owned(), |weeks| format!("w{weeks:+}"));
            format!("{week}-{}", day.to_string().to_lowercase())
        }
        DateWord::EndOfWeekAhead(weeks) => format!("w{weeks:+}-week"),
        DateWord::Days(days) => format!("d{days:+}"),
        DateWord::Workdays(days) => format!("wd+{days}"),
    }
}

fn scope_of(scope: &Scope) -> &str {
    match scope {
        Scope::All => "all",
        Scope::Own => "own",
        Scope::Unit(name) => name,
    }
}

fn asked(question: &Question) -> String {
    match question {
        Question::Item(item) => format!("item {}", item_of(Some(item))),
        Question::ItemAsOf(item, date) => format!("item {} asof {}", item_of(Some(item)), date_of(date)),
        Question::Flagged(flag, scope) => format!("{} {}", flag.code(), scope_of(scope)),
        Question::Remaining(scope) => format!("remaining {}", scope_of(scope)),
        Question::Unreported(scope) => format!("unreported {}", scope_of(scope)),
        Question::WindowCloses => "closes".to_owned(),
        Question::Mine => "mine".to_owned(),
        Question::Find(words) => format!("find {words}"),
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A plain week without holidays.
fn is_weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn date_in(text: &str) -> Option<DateWord> {
    fields(&format!("预计{text}完成调试")).next.and_then(|next| next.date)
}

#[test]
fn days_are_resolved_as_people_mean_them() {
    // 2018-08-31 is a Friday and the last day of its month.
    for (said, today, meant) in [
        ("9月20日", "2018-08-31", "2018-09-20"),
        ("8月20日", "2018-08-31", "2018-08-20"),
        ("1月5日", "2018-12-20", "2019-01-05"),
        ("12月20日", "2019-01-05", "2018-12-20"),
        ("2月29日", "2018-08-31", "2020-02-29"),
        ("2018年9月22日", "2018-08-31", "2018-09-22"),
        ("月底前", "2018-09-10", "2018-09-28"),
        ("月底前", "2018-08-31", "2018-08-31"),
        ("9月底前", "2018-08-31", "2018-09-28"),
        ("9月中旬", "2018-08-31", "2018-09-20"),
        ("下月上旬", "2018-08-31", "2018-09-10"),
        ("下月5日", "2018-08-31", "2018-09-05"),
        ("20号", "2018-08-31", "2018-09-20"),
        ("31号", "2018-09-01", "2018-10-31"),
        ("下周五", "2018-08-31", "2018-09-07"),
        ("周五", "2018-08-29", "2018-08-31"),
        ("周三", "2018-08-31", "2018-09-05"),
        ("下周日", "2018-08-31", "2018-09-07"),
        ("本周内", "2018-08-29", "2018-08-31"),
        ("三天后", "2018-08-31", "2018-09-03"),
        ("3个工作日内", "2018-08-31", "2018-09-05"),
        ("年底前", "2018-08-31", "2018-12-31"),
        ("明年3月", "2018-08-31", "2019-03-29"),
        ("三季度末", "2018-08-31", "2018-09-28"),
        ("本季度末", "2018-08-31", "2018-09-28"),
        ("下季度", "2018-08-31", "2018-12-31"),
        ("上半年", "2018-08-31", "2019-06-28"),
    ] {
        let found = date_in(said).map(|word| word.resolve(day(today), &is_weekday));
        assert_eq!(found, Some(day(meant)), "{said} on {today}");
    }
}

#[test]
fn a_vague_day_on_a_holiday_is_the_working_day_before() {
    // The National Day week of 2018: 5 October is no working day, 30 September is one.
    let is_work = |d: NaiveDate| match d {
        _ if (day("2018-10-01")..=day("2018-10-07")).contains(&d) => false,
        _ if d == day("2018-09-29") || d == day("2018-09-30") => true,
        _ => is_weekday(d),
    };
    let resolved = |said: &str| date_in(said).map(|word| word.resolve(day("2018-09-26"), &is_work));
    assert_eq!(resolved("下周五"), Some(day("2018-09-30")));
    assert_eq!(resolved("月底前"), Some(day("2018-09-30")));
    assert_eq!(resolved("10月5日"), Some(day("2018-10-05")));
}

#[test]
fn who_asks_how_things_stood_looks_back() {
    for (said, meant) in [
        ("8月15日", "2018-08-15"),
        ("9月15日", "2017-09-15"),
        ("5月1日", "2018-05-01"),
        ("上月底", "2018-07-31"),
    ] {
        let Sentence::Ask(Question::ItemAsOf(_, date)) = understand(&format!("查 16 {said}")) else {
            panic!("{said} is a day");
        };
        assert_eq!(date.look_back(day("2018-08-31"), &is_weekday), day(meant), "{said}");
    }
}

#[test]
fn days_that_no_year_has_are_known_as_such() {
    for word in ["9月31日", "13月1日", "二月三十日", "2018-13-40", "2018年6月31日", "2018/2/30", "2月30号"]
    {
        assert!(is_no_day(word), "{word}");
        assert_eq!(super::day(word), None, "{word}");
    }
    for word in
        ["9月30日", "2月29日", "2018-02-29", "16-90", "9.31", "90", "31日", "9月31日前完成", "2018-13", ""]
    {
        assert!(!is_no_day(word), "{word}");
    }
}

#[test]
fn days_of_the_past_are_read_with_and_without_their_year() {
    let today = day("2018-08-31");
    let meant = |word: &str| super::day(word).map(|word| word.look_back(today, &is_weekday));
    for word in
        ["2018-08-15", "8月15日", "8月15号", "8-15", "8.15", "2018年8月15日", "八月十五日", "2018/8/15"]
    {
        assert_eq!(meant(word), Some(day("2018-08-15")), "{word}");
    }
    for (word, on) in [
        ("12月1日", "2017-12-01"),
        ("8月31日", "2018-08-31"),
        ("2-29", "2016-02-29"),
        ("2019-01-01", "2019-01-01"),
        ("昨天", "2018-08-30"),
        ("明天", "2018-09-01"),
        ("上周五", "2018-08-24"),
        ("上月底", "2018-07-31"),
        ("15号", "2018-08-15"),
        ("yesterday", "2018-08-30"),
    ] {
        assert_eq!(meant(word), Some(day(on)), "{word}");
    }
    for word in
        ["17", "8月", "8月份", "2018-08", "13月1日", "8月32日", "", "月日", "-", "2018-8-15-1", "昨天的"]
    {
        assert_eq!(meant(word), None, "{word}");
    }
}

#[test]
fn months_are_the_last_that_have_begun() {
    let meant = |word: &str| super::month(word).and_then(|word| word.month_back(day("2018-08-15")));
    for word in ["8月", "8月份", "2018-08", "2018年8月", "本月", "八月", "this_month"] {
        assert_eq!(meant(word), Some(day("2018-08-01")), "{word}");
    }
    for (word, on) in [
        ("9月", "2017-09-01"),
        ("上月", "2018-07-01"),
        ("上个月", "2018-07-01"),
        ("last_month", "2018-07-01"),
    ] {
        assert_eq!(meant(word), Some(day(on)), "{word}");
    }
    for word in ["13月", "8", "水环境", "月", "月底", "8月15日", "2018", "2018-08-15"] {
        assert_eq!(meant(word), None, "{word}");
    }
}

/// Pieces the grammar knows, to be thrown together.
const PIECES: &[&str] = &[
    "16",
    "十六",
    "第",
    "项",
    "号",
    "#",
    "90",
    "%",
    "百分之",
    "九成",
    "五",
    "左右",
    "，",
    "、",
    "。",
    "\n",
    " ",
    ":",
    "-",
    "→",
    "进度",
    "到",
    "没进展",
    "同上月",
    "完成",
    "是80不是90",
    "更正",
    "预计",
    "9月20日",
    "月底前",
    "下周五",
    "2018年",
    "明年",
    "查",
    "哪些",
    "逾期",
    "洵口",
    "还剩几项",
    "找",
    "「",
    "」",
    "“",
    "`",
    "```",
    ">",
    "转发",
    "@",
    "item ",
    "16-22项",
    "到",
    "过半",
    "无变化",
    "report ",
    "no change",
    "in 3 days",
    "end of ",
    "sep 20",
    "不",
    "请",
    "协调",
    "0",
    "99999999999999",
    ".",
    "５％",
    "👍",
    "?",
    "吗",
];

fn pieces() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_upsets_the_grammar(text in "\\PC*", mixed in pieces()) {
        for text in [text, mixed] {
            let _ = (understand(&text).is_unmistakable(), fields(&text));
        }
    }

    #[test]
    fn item_and_percent_come_back_as_they_were_said(
        item in 1i32..2000,
        percent in 0i64..=100,
        shape in 0usize..7,
    ) {
        let text = match shape {
            0 => format!("{item}项，进度到{percent}%"),
            1 => format!("第{item}项 {percent}% 设备到货"),
            2 => format!("{item}号{percent}%，设备到货"),
            3 => format!("report {item} {percent} pump arrived"),
            4 => format!("item {item} is at {percent}%"),
            5 => format!("#{item} 百分之{percent}"),
            _ => format!("进度 {item} {percent} 设备到货"),
        };
        let Sentence::Reports(reports) = understand(&text) else { panic!("{text} is a report") };
        prop_assert_eq!(reports.len(), 1);
        prop_assert_eq!(&reports[0].item, &Some(ItemWord { number: item, round: None }));
        prop_assert_eq!(reports[0].percent, Some(Percent::Exact(percent)));
    }

    #[test]
    fn what_is_unmistakable_names_an_item(mixed in pieces()) {
        let sentence = understand(&mixed);
        if sentence.is_unmistakable() {
            let Sentence::Reports(reports) = sentence else { panic!("only reports are unmistakable") };
            prop_assert!(!reports.is_empty() && reports.iter().all(|report| report.item.is_some()));
        }
    }

    #[test]
    fn every_day_resolves_in_every_year(
        year in 2017i32..=2030,
        ordinal in 1u32..=366,
        month in 1u32..=12,
        day in 1u32..=31,
        ahead in -3i32..=3,
        never in any::<bool>(),
    ) {
        let Some(today) = NaiveDate::from_yo_opt(year, ordinal) else { return Ok(()) };
        let is_work = |day: NaiveDate| !never && is_weekday(day);
        let third = [Third::Early, Third::Mid, Third::End][day as usize % 3];
        let said = [Year::Unsaid, Year::Named(year), Year::Ahead(ahead)][month as usize % 3];
        for word in [
            DateWord::Day { year: said, month, day },
            DateWord::PartOfMonth { year: said, month, third },
            DateWord::DayOfThisOrNext(day),
            DateWord::DayOfMonthAhead { months: ahead, day },
            DateWord::PartOfMonthAhead { months: ahead, third },
            DateWord::EndOfQuarterAhead(ahead),
            DateWord::EndOfQuarter(month),
            DateWord::EndOfYearAhead(ahead),
            DateWord::Weekday { weeks: Some(ahead), day: today.weekday() },
            DateWord::Weekday { weeks: None, day: Weekday::Wed },
            DateWord::EndOfWeekAhead(ahead),
            DateWord::Days(i64::from(ahead) * 300),
            DateWord::Workdays(day),
        ] {
            let found = word.resolve(today, &is_work);
            prop_assert!((2013..=2040).contains(&found.year()), "{:?} on {} is {}", word, today, found);
            let back = word.look_back(today, &is_work);
            let is_ahead = matches!(
                word,
                DateWord::Days(_)
                    | DateWord::DayOfMonthAhead { .. }
                    | DateWord::Day { year: Year::Named(_) | Year::Ahead(_), .. }
            );
            prop_assert!(back <= today || is_ahead, "{:?} on {} is {}", word, today, back);
            prop_assert!(word.month_back(today).is_none_or(|first| first.day() == 1));
        }
    }
}
