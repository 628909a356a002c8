//! A year goes by over the sample ledger: everything that is said unasked, to be read as whoever gets it.

use chrono::{Days, NaiveDate};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

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

/// When something may come to be: a day begins, a slot, the office's statement.
const TIMES: [&str; 4] = ["00:01", "09:01", "15:01", "17:01"];

/// What everybody was told at a moment, in the order of the people.
fn heard(bot: &Bot, moment: &str, told: &mut Vec<String>) {
    for who in PEOPLE {
        let said = bot.read(who);
        if !said.is_empty() {
            let said = shortened(&said);
            told.push(format!("## {moment} {who}\n{said}\n"));
        }
    }
}

/// A circular is the same for everybody, and long: its items are left out here.
fn shortened(said: &str) -> String {
    let mut is_circular = false;
    let mut kept = Vec::new();
    for line in said.lines() {
        is_circular = match line {
            _ if line.starts_with("📨") => line.starts_with("📨 通报"),
            _ => is_circular && !line.starts_with("---"),
        };
        if !(is_circular && line.starts_with('【')) {
            kept.push(line);
        }
    }
    kept.join("\n")
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
        for time in TIMES {
            let moment = format!("{day} {time}");
            bot.advance(&moment).await;
            heard(&bot, &moment, &mut told);
        }
    }
    insta::assert_snapshot!(told.join("\n"));
}

/// What contacts write about their work.
const TOLD: [&str; 5] = ["设备已到货", "管沟开挖过半", "完成招标", "与施工单位签了合同", "按计划推进"];

/// The open items that a contact's unit leads, with their percents.
async fn own_items(bot: &Bot, contact: &str) -> Vec<(i32, i16)> {
    let sql = "SELECT i.number, i.percent
               FROM item i JOIN post p ON p.unit = i.lead_unit
               WHERE p.title = $1 AND i.status NOT IN ('completed', 'signed_off')
               ORDER BY i.number";
    sqlx::query_as(sql).bind(contact).fetch_all(&bot.pool).await.unwrap()
}

/// A contact does one of the things contacts do; what was said, `None`: nothing today.
async fn act(bot: &mut Bot, contact: &str, random: &mut StdRng) -> Option<String> {
    let own = own_items(bot, contact).await;
    let (number, percent) = *own.choose(random)?;
    let said = match random.random_range(0..10) {
        0..=5 => {
            let percent = (percent + random.random_range(1..=9)).min(99);
            format!("进度 {number} {percent} {}", TOLD.choose(random)?)
        }
        6 => format!("进度 {number} 无变化"),
        7 | 8 => format!("签收 全部 {}个工作日", random.random_range(3..=10)),
        _ => "我的".to_owned(),
    };
    bot.say(contact, &said).await;
    // What is asked about first is answered, but not always.
    if random.random_bool(0.8) {
        bot.say(contact, "没错").await;
    }
    Some(said)
}

/// A clerk looks at what came in, and decides what the ladder proposes.
async fn review(bot: &mut Bot, clerk: &str, random: &mut StdRng) {
    let waiting = "SELECT DISTINCT i.number FROM report r JOIN item i ON i.id = r.item
                   WHERE r.part = 'lead' AND r.post IS NOT NULL
                     AND NOT EXISTS (SELECT 1 FROM verdict v WHERE v.item = r.item AND v.version = r.version)
                   ORDER BY i.number";
    let numbers: Vec<i32> = sqlx::query_scalar(waiting).fetch_all(&bot.pool).await.unwrap();
    for number in numbers {
        let verdict = if random.random_bool(0.85) { "通过" } else { "退回 请写明完成时间" };
        bot.say(clerk, &format!("审核 {number} {verdict}")).await;
    }
    let proposed = "SELECT i.number FROM proposal p JOIN ladder_case c ON c.id = p.case_id
                    JOIN item i ON i.id = c.item WHERE p.decided IS NULL ORDER BY i.number";
    let numbers: Vec<i32> = sqlx::query_scalar(proposed).fetch_all(&bot.pool).await.unwrap();
    for number in numbers {
        let verdict = if random.random_bool(0.5) { "同意" } else { "不处理 已当面说好" };
        bot.say(clerk, &format!("建议 {number} {verdict}")).await;
    }
    // Alone in the office, the clerk takes all steps.
    let drafts = "SELECT handle FROM notice WHERE state = 'draft' ORDER BY handle";
    let handles: Vec<i32> = sqlx::query_scalar(drafts).fetch_all(&bot.pool).await.unwrap();
    for handle in handles {
        for step in ["批准 分管副市长", "安排 下周三15时 市政府三楼会议室", "核稿", "更新", "核稿", "签发"]
        {
            bot.say(clerk, &format!("发文 {handle} {step}")).await;
        }
        // Each paper leaves before the next one is signed, however long the steps take.
        bot.notices().await;
    }
}

#[tokio::test]
async fn a_year_in_which_contacts_answer_at_random() {
    let mut bot = Bot::new().await;
    for who in PEOPLE {
        bot = bot.person(who).await;
    }
    bot.say(PEOPLE[0], "发文 代字 安整改办 安澜市整改办").await;
    bot.sweep().await;
    let mut random = StdRng::seed_from_u64(20180831);
    let mut told = Vec::new();
    let first: NaiveDate = "2018-08-31".parse().unwrap();
    for day in first.iter_days().take_while(|day| *day <= first + Days::new(365)) {
        let basis = bot.app.desk.basis.fresh(&bot.pool).await.unwrap();
        let is_workday = basis.calendar.is_workday(day);
        for time in TIMES {
            let moment = format!("{day} {time}");
            bot.advance(&moment).await;
            heard(&bot, &moment, &mut told);
            if time == "09:01" && is_workday {
                for contact in &PEOPLE[2..] {
                    if random.random_bool(0.12)
                        && let Some(said) = act(&mut bot, contact, &mut random).await
                    {
                        told.push(format!("　　{day} {contact}：{said}"));
                    }
                }
            }
            if time == "15:01" && basis.calendar.is_last_of_week(day) {
                review(&mut bot, PEOPLE[0], &mut random).await;
            }
            // What follows from it leaves now, however long the steps took.
            bot.notices().await;
            heard(&bot, &moment, &mut told);
        }
    }
    insta::assert_snapshot!(told.join("\n"));
}
