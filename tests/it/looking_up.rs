//! The porter: facts of many messages at once are those of each alone, and one that cannot be looked up harms
//! nobody else.

use chrono::NaiveDate;
use duban::domain::{ChatAddress, Incoming, What};
use duban::store::door::{Asked, facts};
use futures_util::future::join_all;

use crate::harness::Bot;

const AWAY: &str = "滨江区联络员A";
const OTHER: &str = "紫岩县联络员A";
const CLERK: &str = "调度专员A";

fn asked(account: Option<&str>, chat: &str, update: usize, numbers: &[i32], today: &str) -> Asked {
    let incoming = Incoming {
        update_id: update.to_string(),
        chat: ChatAddress { platform: "fake".to_owned(), chat: chat.to_owned(), thread: None },
        chat_title: String::new(),
        private: true,
        unit: None,
        account: account.map(str::to_owned),
        display_name: String::new(),
        message_id: None,
        what: What::Said { text: String::new(), addressed: true, edited: false },
        files: Vec::new(),
    };
    Asked::of(&incoming, numbers, true, today.parse::<NaiveDate>().unwrap())
}

#[tokio::test]
async fn many_messages_are_looked_up_as_each_alone() {
    let mut bot = Bot::new().await.person(CLERK).await.person(AWAY).await.person(OTHER).await;
    bot.unit_group("滨江群", "滨江区").await;
    bot.say(AWAY, "请假 9月1日到9月5日 由 紫岩县联络员A 代").await;
    // A question is open in this chat.
    bot.say(OTHER, "进度 16").await;
    let seen: usize = sqlx::query_scalar::<_, String>("SELECT key FROM inbox WHERE account = 'fake' LIMIT 1")
        .fetch_one(&bot.pool)
        .await
        .unwrap()
        .parse()
        .unwrap();
    let mut all = vec![
        asked(Some(OTHER), OTHER, seen, &[16], "2018-08-31"),
        asked(Some(CLERK), "滨江群", 900_002, &[], "2018-08-31"),
        asked(None, "滨江群", 900_003, &[], "2018-08-31"),
        asked(Some("nobody"), "nowhere", 900_004, &[16], "2018-08-31"),
        asked(Some(OTHER), OTHER, 900_005, &[22], "2018-09-03"),
        asked(Some(AWAY), AWAY, 900_006, &[22, 16], "2018-09-03"),
        asked(Some(AWAY), AWAY, 900_007, &[22, 16], "2018-08-31"),
    ];
    let people = [AWAY, OTHER, CLERK, "nobody"];
    for n in 0..24 {
        let who = people[n % people.len()];
        let numbers: Vec<i32> = (1..).step_by(n + 1).take(n % 4).chain([9_999]).collect();
        let today = if n % 3 == 0 { "2018-09-03" } else { "2018-08-31" };
        all.push(asked(Some(who), who, 900_100 + n, &numbers, today));
    }
    bot.leave_unread = true;
    let mut conn = bot.pool.acquire().await.unwrap();
    let mut alone = Vec::new();
    for one in &all {
        alone.extend(facts(&mut conn, std::slice::from_ref(one)).await.unwrap());
    }
    let sorted = |mut facts: Vec<duban::store::door::Facts>| {
        facts.iter_mut().for_each(|one| one.named.sort_by_key(|item| item.number));
        facts
    };
    let together = facts(&mut conn, &all).await.unwrap();
    let alone = sorted(alone);
    assert_eq!(sorted(together), alone);
    assert!(alone[0].door.seen && alone[0].door.dialogue.is_some() && alone[0].named.len() == 1);
    assert!(alone[2].door.speaker.is_none() && alone[2].door.chat.is_some());
    let stands_in = |at: usize| alone[at].door.speaker.as_ref().is_some_and(|who| !who.stands_in.is_empty());
    assert!(stands_in(4) && !stands_in(0), "only while the other one is away");

    // The own unit's last report, where the next one is the first of its month.
    let lasts = |at: usize| alone[at].lasts.iter().map(|last| last.text.as_str()).collect::<Vec<_>>();
    assert_eq!((lasts(5).len(), lasts(6).len()), (1, 0), "{:?}", lasts(5));

    // One of them cannot even be asked about.
    all[1].chat = "a\0b".to_owned();
    let found = join_all(all.iter().map(|one| bot.app.desk.porter.facts(one.clone()))).await;
    let wrong: Vec<usize> =
        found.iter().enumerate().filter_map(|(at, one)| one.is_err().then_some(at)).collect();
    assert_eq!(wrong, [1]);
    let found = sorted(found.into_iter().filter_map(Result::ok).collect());
    let mut others = alone;
    others.remove(1);
    assert_eq!(found, others);
}
