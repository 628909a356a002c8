//! A year goes by over the sample ledger: everything that is said unasked, to be read as whoever gets it.

use chrono::{Days, NaiveDate};

use crate::harness::Bot;

/// The contacts of the units that lead the open items, a clerk, and a leader.
const PEOPLE: [&str; 12] = [
    "调度专员A",
    "分管环保副市长",
    "滨江区联络员A",
    "紫岩县联络员A",
    "市水利局联络员A",
    "市交通运输局联络员A",
    "市住建局联络员A",
    "市工信局联络员A",
    "高新区联络员A",
    "恒河示范区联络员A",
    "洵口县联络员A",
    "市国土资源局联络员A",
];

/// What everybody was told at a moment, in the order of the people.
fn heard(bot: &Bot, moment: &str, told: &mut Vec<String>) {
    for who in PEOPLE {
        let said = bot.read(who);
        if !said.is_empty() {
            told.push(format!("## {moment} {who}\n{said}\n"));
        }
    }
}

#[tokio::test]
async fn a_year_in_which_nobody_answers() {
    let mut bot = Bot::new().await;
    for who in PEOPLE {
        bot = bot.person(who).await;
    }
    bot.sweep().await;
    let mut told = Vec::new();
    let first: NaiveDate = "2018-08-31".parse().unwrap();
    for day in first.iter_days().take_while(|day| *day <= first + Days::new(365)) {
        for time in ["09:01", "15:01", "17:01"] {
            let moment = format!("{day} {time}");
            bot.advance(&moment).await;
            heard(&bot, &moment, &mut told);
        }
    }
    insta::assert_snapshot!(told.join("\n"));
}
