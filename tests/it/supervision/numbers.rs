//! Two hundred signings at once on two replicas: no gap, nothing twice. A crash between signing and sending, and
//! between sending and knowing: the same number again.

use std::sync::Arc;

use duban::commands::dispatch::Outcome;
use duban::domain::What;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, office, signed};
use crate::harness::{Bot, Freeze};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_signings_at_once_leave_no_gap() {
    const NOTICES: i32 = 200;
    let mut one = office().await;
    let mut two = Bot::on(one.url.clone()).await;
    (one.leave_unread, two.leave_unread) = (true, true);
    // Supervision notices and letters in turn, as their drafter left them, checked.
    sqlx::query(
        "WITH draft AS (
            INSERT INTO notice (id, handle, round, form, state, title, as_of, basis_version, drafted_by, drafted_at)
            SELECT gen_random_uuid(), n, r.id, CASE WHEN n % 4 = 0 THEN 'letter' ELSE 'supervision' END, 'checked', '稿',
                   '2018-08-31', 1, p.id, now()
            FROM generate_series(1, $1) n, post p, round r
            WHERE p.title = $2
            RETURNING id
         )
         INSERT INTO notice_copy (id, notice, unit, position)
         SELECT gen_random_uuid(), d.id, u.id, 1 FROM draft d, unit u WHERE u.name = '紫岩县'",
    )
    .bind(NOTICES)
    .bind(DRAFTER)
    .execute(&one.pool)
    .await
    .unwrap();
    let (first, second) = (Arc::clone(&one.app), Arc::clone(&two.app));
    let now = first.clock.now();
    let signings = (1..=NOTICES).map(|n| {
        let bot = if n % 2 == 0 { &mut one } else { &mut two };
        let what = What::Said { text: format!("发文 {n} 签发"), addressed: true, edited: false };
        let mut update = bot.update(SIGNER, SIGNER, what);
        // The two replicas hear of different updates.
        update.update_id = format!("sign-{n}");
        let app = Arc::clone(if n % 2 == 0 { &first } else { &second });
        tokio::spawn(async move {
            // Busy is said in time; the platform comes again.
            while app.desk.handle(&update, now).await != Outcome::Settled {}
            // And once more, as platforms do.
            assert_eq!(app.desk.handle(&update, now).await, Outcome::Settled);
        })
    });
    let signings: Vec<_> = signings.collect();
    for signing in signings {
        signing.await.unwrap();
    }
    let numbers: Vec<String> = sqlx::query_scalar("SELECT number FROM notice WHERE state = 'signed'")
        .fetch_all(&one.pool)
        .await
        .unwrap();
    for (mark, count) in [("督", 150), ("函", 50)] {
        let mut taken: Vec<i32> = numbers
            .iter()
            .filter_map(|number| {
                number.strip_prefix(&format!("安整改办{mark}〔2018〕"))?.strip_suffix('号')?.parse().ok()
            })
            .collect();
        taken.sort_unstable();
        assert_eq!(taken, (1..=count).collect::<Vec<i32>>(), "{mark}");
    }
    assert_eq!(one.count("SELECT count(*) FROM outbox WHERE kind = 'copy'").await, i64::from(NOTICES));
    let behind = "SELECT count(*) FROM series WHERE (form, next) IN (('supervision', 151), ('letter', 51))";
    assert_eq!(one.count(behind).await, 2);
}

/// The process is gone, and another one starts on the same database; the lease of the first one runs out.
async fn killed(mut bot: Bot) -> Bot {
    bot.leave_unread = true;
    let (url, now) = (bot.url.clone(), bot.app.clock.now());
    drop(bot);
    let next = Bot::on(url).await;
    next.app.clock.forward_to(now.utc);
    sqlx::raw_sql("UPDATE sender_lease SET until = now() - interval '1 second'")
        .execute(&next.pool)
        .await
        .unwrap();
    next
}

#[tokio::test]
async fn killed_between_signing_and_sending_it_leaves_under_the_same_number() {
    let bot = signed().await;
    bot.expect_silence();
    let mut next = killed(bot).await;
    next.notices().await;
    assert!(next.read(CONTACT).contains(NUMBER));
    assert_eq!(next.count("SELECT count(*) FROM notice WHERE number IS NOT NULL").await, 1);
    assert_eq!(next.count("SELECT count(*) FROM copy_fate WHERE fate = 'sent'").await, 1);
}

#[tokio::test]
async fn killed_between_sending_and_knowing_it_comes_again_under_the_same_number() {
    let mut bot = signed().await;
    let soon = bot.app.clock.now().utc + chrono::TimeDelta::seconds(2);
    bot.app.clock.forward_to(soon);
    *bot.fake.freezes.lock().unwrap() = Some(Freeze::AfterItArrived);
    {
        let Bot { sender, fake, .. } = &mut bot;
        let mut frozen = fake.frozen.subscribe();
        tokio::select! {
            stopped = frozen.wait_for(|sends| *sends == 1) => { stopped.unwrap(); }
            () = async { while sender.step().await.is_ok() {} } => panic!("the sender fails"),
        }
    }
    let once = bot.read(CONTACT);
    assert!(once.contains(NUMBER), "{once}");
    let mut next = killed(bot).await;
    next.notices().await;
    assert_eq!(next.read(CONTACT), once, "word for word");
    // Delivered is what was told last; the record has one copy with one number.
    assert_eq!(next.count("SELECT count(*) FROM notice_copy").await, 1);
    let sent = "SELECT count(*) FROM outbox WHERE kind = 'copy' AND state = 'sent' AND attempts = 2";
    assert_eq!(next.count(sent).await, 1);
    assert_eq!(next.count("SELECT count(*) FROM outbox WHERE state = 'unclear'").await, 0);
}
