//! A number on a card equals the rows of its list: every card of every post, over the whole sample ledger,
//! before and after the calendar has moved the flags.

use std::collections::BTreeSet;

use crate::harness::{Bot, china};

const LAMPS: [&str; 5] = ["逾期", "滞后", "未报", "临期", "正常"];

/// The whole number behind a word.
fn number(text: &str, word: &str) -> Option<usize> {
    let rest = text.split(word).nth(1)?.trim_start_matches([' ', '：']);
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// All rows of a question, page after page as the buttons turn them: number, and whether only co-unit.
async fn rows(bot: &mut Bot, who: &str, line: &str) -> Vec<(i32, bool)> {
    let (mut rows, mut line) = (Vec::new(), line.to_owned());
    loop {
        let answer = bot.say(who, &line).await;
        for row in answer.lines().filter_map(|line| line.strip_prefix('【')) {
            let (number, rest) = row.split_once('】').expect("a number");
            rows.push((number.parse().expect("a number"), rest.contains("〔配合〕")));
        }
        match answer.split("[下一页 ›→").nth(1).and_then(|rest| rest.split(']').next()) {
            Some(next) => line = next.to_owned(),
            None => break,
        }
    }
    let different: BTreeSet<i32> = rows.iter().map(|row| row.0).collect();
    assert_eq!(different.len(), rows.len(), "{who}: {line}: no row comes twice");
    rows
}

async fn posts(bot: &Bot, role: &str) -> Vec<String> {
    sqlx::query_scalar("SELECT title FROM post WHERE role = $1 ORDER BY title")
        .bind(role)
        .fetch_all(&bot.pool)
        .await
        .unwrap()
}

/// Binds one post of a role after the other; titles that two units use are left out.
async fn everybody(bot: &Bot, role: &str) -> Vec<String> {
    let titles = posts(bot, role).await;
    let mut bound = Vec::new();
    for title in titles.iter().filter(|title| titles.iter().filter(|other| other == title).count() == 1) {
        bot.bind(title, title).await;
        bound.push(title.clone());
    }
    assert!(bound.len() > 3, "{role}: {bound:?}");
    bound
}

/// The card's totals and each lamp against the lists of this person.
async fn card_equals_lists(bot: &mut Bot, who: &str, card: &str) {
    let wanted = [("共 ", "清单 全部"), ("完成 ", "清单 完成"), ("在办 ", "清单")];
    for (word, line) in wanted {
        let counted = number(card, word).unwrap_or_else(|| panic!("{who}: no {word} in {card}"));
        assert_eq!(rows(bot, who, line).await.len(), counted, "{who}: {line} against {card}");
    }
    for lamp in LAMPS {
        let counted = number(card, &format!("{lamp} ")).expect(lamp);
        let line = format!("清单 {lamp}");
        assert_eq!(rows(bot, who, &line).await.len(), counted, "{who}: {line} against {card}");
    }
}

async fn office(bot: &mut Bot) {
    let who = "调度专员A";
    let card = bot.say(who, "总览").await;
    card_equals_lists(bot, who, &card).await;
    let left = bot.say(who, "剩余").await;
    assert_eq!(number(&left, "还剩 "), number(&card, "在办 "), "{left}");
}

async fn contact(bot: &mut Bot, who: &str) {
    let mine = bot.say(who, "我的").await;
    let all = rows(bot, who, "我的").await;
    let helped = all.iter().filter(|row| row.1).count();
    let status = bot.say(who, "总览").await;
    let own = status.lines().last().expect("the unit's line");
    assert_eq!(number(own, "牵头在办 "), Some(all.len() - helped), "{who}: {own}");
    assert_eq!(number(own, "配合 "), Some(helped), "{who}: {own}");
    assert_eq!(rows(bot, who, "清单").await, all, "{who}");
    let left = bot.say(who, "剩余").await;
    assert_eq!(number(&left, "还剩 ").unwrap_or_default(), all.len(), "{who}: {left}");
    if all.is_empty() {
        return;
    }
    let head = mine.lines().next().expect("a head");
    assert_eq!(number(head, "在办 "), Some(all.len()), "{who}: {head}");
    assert_eq!(number(head, "牵头 "), Some(all.len() - helped), "{who}: {head}");
    // The line of the lamps, or the heading of the only one.
    for lamp in LAMPS {
        let listed = rows(bot, who, &format!("清单 {lamp}")).await.len();
        assert_eq!(number(&mine, &format!(" {lamp} ")).unwrap_or_default(), listed, "{who}: {lamp}: {mine}");
    }
    let to_report = rows(bot, who, "清单 待报").await.len();
    assert_eq!(number(&mine, "本月待报 ").unwrap_or_default(), to_report, "{who}: {mine}");
    let window = bot.say(who, "截止").await;
    assert_eq!(
        number(&window, "还有 ").filter(|_| window.contains("待报")).unwrap_or_default(),
        to_report,
        "{window}"
    );
}

async fn leader(bot: &mut Bot, who: &str) {
    let card = bot.say(who, "总览").await;
    card_equals_lists(bot, who, &card).await;
    let open = rows(bot, who, "清单").await;
    assert_eq!(rows(bot, who, "我的").await, open, "{who}");
    // The worst are the first of the list.
    let shown: Vec<i32> =
        card.split('【').skip(1).filter_map(|rest| rest.split('】').next()?.parse().ok()).collect();
    assert!(shown.len() <= 3, "{card}");
    assert!(open.iter().map(|row| row.0).take(shown.len()).eq(shown), "{who}: {card}");
}

#[tokio::test]
async fn every_number_on_a_card_equals_the_rows_of_its_list() {
    let mut bot = Bot::new().await.person("调度专员A").await;
    let contacts = everybody(&bot, "contact").await;
    let leaders = everybody(&bot, "leader").await;
    office(&mut bot).await;
    for who in &contacts {
        contact(&mut bot, who).await;
    }
    for who in &leaders {
        leader(&mut bot, who).await;
    }
    // A month later, before any sweep has stored the new flags, and after.
    bot.app.clock.forward_to(china("2018-10-01 09:00"));
    office(&mut bot).await;
    leader(&mut bot, &leaders[0]).await;
    contact(&mut bot, &contacts[0]).await;
    bot.leave_unread = true;
    bot.sweep().await;
    office(&mut bot).await;
}

#[tokio::test]
async fn the_lists_are_those_the_sample_was_made_with() {
    let mut bot = Bot::new().await.person("调度专员A").await;
    for (lamp, expected) in [
        ("逾期", vec![16, 21, 37]),
        ("滞后", vec![22, 23, 48, 53]),
        ("未报", vec![25, 32]),
        ("临期", vec![30, 34, 59]),
        ("正常", vec![11, 24, 51]),
    ] {
        let mut found: Vec<i32> =
            rows(&mut bot, "调度专员A", &format!("清单 {lamp}")).await.into_iter().map(|row| row.0).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{lamp}");
    }
}
