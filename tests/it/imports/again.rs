//! Importing again: nothing, what changed, more history, and the ledger having moved on.

use chrono::NaiveDate;
use duban::domain::decision::Actor;
use duban::domain::ledger_file::{FileKind, Moved, Outcome, plan};
use duban::imports::sample;
use duban::store::commit::import::write;
use duban::store::import_facts::current;
use uuid::Uuid;

use super::{batch, count, database, day, done, import, import_sample, now, sample_batch};

fn sample_text(kind: FileKind) -> String {
    let file = sample::FILES.iter().find(|(of, ..)| *of == kind).expect("a sample file");
    String::from_utf8(file.2.to_vec()).expect("UTF-8")
}

#[tokio::test]
async fn the_same_files_again_change_nothing() {
    let pool = database().await;
    import_sample(&pool).await;
    let again = import_sample(&pool).await;
    assert_eq!((again.outcome, again.items.unchanged, again.new_events), (Outcome::Nothing, 60, 0));
    assert_eq!(again.changes, Vec::<String>::new());
    // Nor on a later day, nor file by file.
    let later = import(&pool, &sample_batch(), day("2018-09-03")).await.expect("imports");
    assert_eq!(later.outcome, Outcome::Nothing);
    for file in sample::FILES {
        let alone = import(&pool, &batch(&[file]).expect("reads"), sample::AS_OF).await.expect("imports");
        assert_eq!((alone.outcome, alone.changes), (Outcome::Nothing, vec![]), "{}", file.1);
    }
    assert_eq!(count(&pool, "SELECT count(*) FROM audit").await, 4);
    assert_eq!(count(&pool, "SELECT count(*) FROM item_history").await, 278);
}

/// The index of words goes by a copy of the title beside the long texts: an import writes both.
#[tokio::test]
async fn what_an_import_changes_is_found_by_its_new_words() {
    let pool = database().await;
    import_sample(&pool).await;
    let rounds: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM round").fetch_all(&pool).await.unwrap();
    let found = async |word: &str| {
        let words = [word.to_owned()];
        let mut conn = pool.acquire().await.unwrap();
        duban::store::search::in_rounds(&mut conn, &rounds, &words, 10).await.unwrap().0.len()
    };
    assert_eq!((found("渗滤液积存").await, found("渗滤液积压").await), (1, 0));
    let ledger = sample_text(FileKind::Ledger).replacen("渗滤液积存", "渗滤液积压", 1);
    let files = [(FileKind::Ledger, "ledger.csv", ledger.as_bytes())];
    let done = import(&pool, &batch(&files).expect("reads"), sample::AS_OF).await.expect("imports");
    assert_eq!(done.outcome, Outcome::Written);
    assert_eq!((found("渗滤液积存").await, found("渗滤液积压").await), (0, 1));
}

#[tokio::test]
async fn changed_cells_are_told_and_make_a_version() {
    let pool = database().await;
    import_sample(&pool).await;
    let ledger = sample_text(FileKind::Ledger).replacen("整改中,85,", "整改中,88,", 1).replacen(
        "2018-06-30,限期整改,紫岩县,市住建局;市环保局,",
        "2018年9月底前,限期整改,紫岩县,市环保局,",
        1,
    );
    let posts = sample_text(FileKind::Posts).replacen("督办专员B,supervisor", "督办专员B,office", 1);
    let units = sample_text(FileKind::Units).replacen(
        "ZLJ,市质监局,department,ALSZF,",
        "ZLJ,市市场监管局,department,ALSZF,市质监局;",
        1,
    );
    let files = [
        (FileKind::Ledger, "ledger.csv", ledger.as_bytes()),
        (FileKind::Posts, "posts.csv", posts.as_bytes()),
        (FileKind::Units, "units.csv", units.as_bytes()),
    ];
    let done = import(&pool, &batch(&files).expect("reads"), sample::AS_OF).await.expect("imports");
    assert_eq!(done.outcome, Outcome::Written);
    assert_eq!(
        done.changes,
        [
            "单位 市市场监管局 单位名称：市质监局 → 市市场监管局",
            "单位 市市场监管局 别名：质监局 → 市质监局；质监局",
            "岗位 整改督办组 督办专员B 角色：督查 → 整改办",
            "第 16 项 整改时限：2018-06-30 → 2018-09-30",
            "第 16 项 时限表述：∅ → 2018年9月底前",
            "第 16 项 配合单位：市住建局；市环保局 → 市环保局",
            "第 16 项 整改进度：85% → 88%",
        ]
    );
    assert_eq!(
        count(&pool, "SELECT count(*) FROM item WHERE number = 16 AND version = 11 AND percent = 88").await,
        1
    );
    let history = "SELECT count(*) FROM item_history JOIN item ON item.id = item
                   WHERE number = 16 AND item_history.version = 11 AND change = 'import'
                     AND item_history.percent = 88 AND effective_on = '2018-08-31'";
    assert_eq!(count(&pool, history).await, 1);
    assert_eq!(
        count(&pool, "SELECT count(*) FROM item_co_unit JOIN item ON id = item WHERE number = 16").await,
        1
    );
    // No longer overdue: behind its milestone, and due soon.
    let flags =
        "SELECT count(*) FROM item WHERE number = 16 AND flag = 'lagging' AND other_flags = '{due_soon}'";
    assert_eq!(count(&pool, flags).await, 1);
    assert_eq!(
        count(
            &pool,
            "SELECT count(*) FROM post WHERE title = '督办专员B' AND role = 'office' AND version = 2"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn more_history_later_is_appended_and_known_rows_are_not() {
    let pool = database().await;
    let early: String = sample_text(FileKind::History)
        .lines()
        .filter(|line| !line.starts_with("2017-12") && !line.starts_with("2018-08-2"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut files = sample::FILES.to_vec();
    files.retain(|(kind, ..)| *kind != FileKind::History);
    files.push((FileKind::History, "history.csv", early.as_bytes()));
    import(&pool, &batch(&files).expect("reads"), sample::AS_OF).await.expect("imports");
    let before = count(&pool, "SELECT count(*) FROM item_history").await;

    let done = import_sample(&pool).await;
    assert_eq!(done.outcome, Outcome::Written);
    let missing = 277 - (early.lines().count() - 1);
    assert_eq!(done.new_events, missing);
    assert_eq!(count(&pool, "SELECT count(*) FROM item_history").await, before + missing as i64);
    // What was learnt late has the state of its own day.
    let row = "SELECT count(*) FROM item_history JOIN item ON id = item
               WHERE number = 11 AND change = 'report' AND effective_on = '2017-12-24'
                 AND item_history.percent = 6 AND item_history.status = 'in_progress'";
    assert_eq!(count(&pool, row).await, 1);
    // The latest report of item 11 had been among the missing ones.
    let last =
        "SELECT count(*) FROM item WHERE number = 11 AND last_report_on = '2018-08-22' AND percent = 36";
    assert_eq!(count(&pool, last).await, 1);
    assert_eq!(import_sample(&pool).await.outcome, Outcome::Nothing);
}

#[tokio::test]
async fn a_file_older_than_the_ledger_does_not_roll_it_back() {
    let pool = database().await;
    import_sample(&pool).await;
    // A report by chat after the day the files speak of.
    sqlx::raw_sql(
        "UPDATE item SET version = version + 1, percent = 92, last_report_on = '2018-09-02' WHERE number = 16;
         INSERT INTO item_history (item, version, change, status, percent, effective_on, recorded_at)
         SELECT id, version, 'report', status, percent, '2018-09-02', '2018-09-02T02:00:00Z'
         FROM item WHERE number = 16;",
    )
    .execute(&pool)
    .await
    .expect("a report");
    let again = import_sample(&pool).await;
    assert_eq!((again.outcome, again.changes), (Outcome::Nothing, vec![]));
    assert!(again.notes[0].contains("1 项在 2018-08-31 之后已有新进展"), "{:?}", again.notes);
    // Its texts may still be corrected; the state stays.
    let text = sample_text(FileKind::Ledger).replacen("紫岩县污水处理厂提标改造", "紫岩县污水厂提标改造", 1);
    let files = [(FileKind::Ledger, "ledger.csv", text.as_bytes())];
    let done = import(&pool, &batch(&files).expect("reads"), sample::AS_OF).await.expect("imports");
    assert_eq!(done.changes, ["第 16 项 整改事项：紫岩县污水处理厂提标改造 → 紫岩县污水厂提标改造"]);
    assert_eq!(
        count(&pool, "SELECT count(*) FROM item WHERE number = 16 AND percent = 92 AND version = 12").await,
        1
    );
    let latest = "SELECT count(*) FROM item_history JOIN item ON id = item
                  WHERE number = 16 AND change = 'import' AND effective_on = '2018-09-02' AND item_history.percent = 92";
    assert_eq!(count(&pool, latest).await, 1);
}

#[tokio::test]
async fn a_row_that_moved_meanwhile_stops_everything() {
    let pool = database().await;
    import_sample(&pool).await;
    let text = sample_text(FileKind::Ledger).replace("整改中,", "退回整改,").replacen(
        "市考核办主任",
        "市考核办副主任",
        1,
    );
    let batch = batch(&[(FileKind::Ledger, "ledger.csv", text.as_bytes())]).expect("reads");
    let mut conn = pool.acquire().await.expect("a connection");
    let facts = current(&mut conn, &batch).await.expect("facts");
    let plan = plan(&batch, &facts, sample::AS_OF, now().today(), &mut Uuid::now_v7).expect("a plan");
    assert_eq!(plan.item_counts.updated, 14);
    sqlx::query("UPDATE item SET version = version + 1 WHERE number = 37")
        .execute(&pool)
        .await
        .expect("moved");
    let outcome = write(&mut conn, &plan, &Actor::default(), now(), &mut |_| ()).await.expect("no error");
    assert_eq!(outcome, Outcome::Moved(Moved::Item(37)));
    assert_eq!(count(&pool, "SELECT count(*) FROM item WHERE status = 'returned'").await, 1);
    assert_eq!(count(&pool, "SELECT count(*) FROM audit").await, 4);
    assert_eq!(count(&pool, "SELECT count(*) FROM inbox").await, 1);
    drop(conn);
    assert_eq!(import(&pool, &batch, sample::AS_OF).await.expect("imports").outcome, Outcome::Written);
}

#[tokio::test]
async fn the_same_decision_twice_is_written_once() {
    let pool = database().await;
    let batch = sample_batch();
    let mut conn = pool.acquire().await.expect("a connection");
    let facts = current(&mut conn, &batch).await.expect("facts");
    let plan = plan(&batch, &facts, sample::AS_OF, now().today(), &mut Uuid::now_v7).expect("a plan");
    let mut told = Vec::new();
    let mut outcomes = Vec::new();
    for _ in 0..2 {
        let outcome = write(&mut conn, &plan, &Actor::default(), now(), &mut |items| told.push(items)).await;
        outcomes.push(outcome.expect("no error"));
    }
    assert_eq!(outcomes, [Outcome::Written, Outcome::Repeat]);
    assert_eq!(told, [60]);
    assert_eq!(done(&plan, Outcome::Repeat).items.inserted, 60);
    assert_eq!(count(&pool, "SELECT count(*) FROM item").await, 60);
}

#[tokio::test]
async fn a_row_under_the_same_number_meanwhile_stops_everything() {
    let pool = database().await;
    let batch = sample_batch();
    let mut conn = pool.acquire().await.expect("a connection");
    let facts = current(&mut conn, &batch).await.expect("facts");
    let plan = plan(&batch, &facts, sample::AS_OF, now().today(), &mut Uuid::now_v7).expect("a plan");
    sqlx::query("INSERT INTO unit (id, code, name, kind) VALUES ($1, 'ZLJ', '别的局', 'department')")
        .bind(Uuid::now_v7())
        .execute(&pool)
        .await
        .expect("a unit");
    let outcome = write(&mut conn, &plan, &Actor::default(), now(), &mut |_| ()).await.expect("no error");
    assert_eq!(outcome, Outcome::Moved(Moved::Taken("unit_code_once".into())));
    assert_eq!(count(&pool, "SELECT count(*) FROM unit").await, 1);
    assert_eq!(count(&pool, "SELECT count(*) FROM inbox").await, 0);
}

#[tokio::test]
async fn back_and_forth_is_written_each_time() {
    let pool = database().await;
    import_sample(&pool).await;
    let renamed = sample_text(FileKind::Units).replacen("ZLJ,市质监局,", "ZLJ,市场监管局,", 1);
    let new = batch(&[(FileKind::Units, "units.csv", renamed.as_bytes())]).expect("reads");
    let old = batch(&[sample::FILES[0]]).expect("reads");
    for batch in [&new, &old, &new] {
        assert_eq!(import(&pool, batch, sample::AS_OF).await.expect("imports").outcome, Outcome::Written);
    }
}

#[tokio::test]
async fn columns_a_file_does_not_have_stay_as_they_are() {
    let pool = database().await;
    import_sample(&pool).await;
    let text = "序号,整改事项,整改时限,牵头单位,包抓领导\n\
                16,紫岩县污水处理厂提标改造,2018年6月底前,紫岩,县委书记\n";
    let batch = batch(&[(FileKind::Ledger, "台账.csv", text.as_bytes())]).expect("reads");
    let done = import(&pool, &batch, sample::AS_OF).await.expect("imports");
    assert_eq!(
        done.changes,
        ["第 16 项 时限表述：∅ → 2018年6月底前", "第 16 项 包抓领导：分管城建副市长 → 县委书记"]
    );
    assert!(done.notes[0].ends_with("只按文字保留：县委书记"), "{:?}", done.notes);
    assert_eq!(count(&pool, "SELECT count(*) FROM item WHERE number = 16 AND percent = 85").await, 1);
    assert_eq!(
        count(&pool, "SELECT count(*) FROM milestone JOIN item ON id = item WHERE number = 16").await,
        3
    );
}

#[tokio::test]
async fn a_history_file_alone_moves_the_items_it_tells_of() {
    let pool = database().await;
    import_sample(&pool).await;
    let text =
        "日期,编号,类型,进度,说明\n2018-09-01,第十六项,填报,100,完成调试\n2018-09-02,16,申请验收,,材料已报\n";
    let batch = batch(&[(FileKind::History, "历史.csv", text.as_bytes())]).expect("reads");
    let done = import(&pool, &batch, day("2018-09-02")).await.expect("imports");
    assert_eq!(done.new_events, 2);
    assert_eq!(
        done.changes,
        ["第 16 项 整改状态：整改中 → 申请验收", "第 16 项 整改进度：85% → 100%", "第 16 项 补记历史 2 条"]
    );
    let item = "SELECT count(*) FROM item WHERE number = 16 AND version = 12 AND flag = 'overdue'
                AND other_flags = '{awaiting_acceptance}' AND last_report_on = '2018-09-01'";
    assert_eq!(count(&pool, item).await, 1);
}

/// What a file says is applied for is an application, once, until a later file says that it is over.
#[tokio::test]
async fn an_application_comes_with_the_file_and_ends_with_another() {
    let pool = database().await;
    import_sample(&pool).await;
    let open = "SELECT count(*) FROM application a JOIN item i ON i.id = a.item
                WHERE i.number = 21 AND a.post IS NULL AND a.applied_on = '2018-08-10' AND a.closed_on IS NULL
                  AND a.summary = '工程完工，验收材料已报'";
    assert_eq!((count(&pool, open).await, count(&pool, "SELECT count(*) FROM application").await), (1, 1));
    for (text, on, ends) in [
        ("日期,编号,类型,进度,说明\n2018-09-01,21,退回,,比对未通过\n", "2018-09-01", "returned"),
        ("日期,编号,类型,进度,说明\n2018-09-02,21,申请验收,,已比对\n", "2018-09-02", ""),
        ("日期,编号,类型,进度,说明\n2018-09-03,21,销号,,\n", "2018-09-03", "signed_off"),
    ] {
        let batch = batch(&[(FileKind::History, "历史.csv", text.as_bytes())]).expect("reads");
        import(&pool, &batch, day(on)).await.expect("imports");
        let last: (Option<String>, Option<NaiveDate>) = sqlx::query_as(
            "SELECT closed_why, closed_on FROM application ORDER BY applied_on DESC, id DESC LIMIT 1",
        )
        .fetch_one(&pool)
        .await
        .expect("an application");
        let ended = (!ends.is_empty()).then(|| day(on));
        assert_eq!((last.0.unwrap_or_default().as_str(), last.1), (ends, ended), "{text}");
    }
    assert_eq!(count(&pool, "SELECT count(*) FROM application").await, 2);
}

/// So is a sign-off: a day that is put right is the same one, open again it stays on record.
#[tokio::test]
async fn a_sign_off_comes_with_the_file_and_stays() {
    let pool = database().await;
    import_sample(&pool).await;
    assert_eq!(count(&pool, "SELECT count(*) FROM sign_off WHERE post IS NULL AND no = 1").await, 37);
    // What was due by the day of the file is behind.
    let ahead = "SELECT count(*) FROM recheck WHERE due_on > '2018-08-31'";
    assert_eq!(count(&pool, "SELECT count(*) FROM recheck").await, count(&pool, ahead).await);
    for (on, row, days, planned) in [
        ("2018-09-01", "已销号,100%,2018-08-10", "2018-08-10", 3),
        ("2018-09-02", "整改中,60%,", "2018-08-10", 0),
        ("2018-09-03", "已销号,100%,2018-09-03", "2018-08-10 2018-09-03", 3),
    ] {
        let table = format!(
            "序号,整改事项,整改时限,牵头单位,整改状态,整改进度,销号时间\n\
             41,自然保护区内违规设施清理,2018-06-30,宁岭县,{row}\n"
        );
        let batch = batch(&[(FileKind::Ledger, "台账.csv", table.as_bytes())]).expect("reads");
        import(&pool, &batch, day(on)).await.expect("imports");
        let stands: (Option<String>, i64) = sqlx::query_as(
            "SELECT (SELECT string_agg(s.signed_on::text, ' ' ORDER BY s.no) FROM sign_off s WHERE s.item = i.id),
                    (SELECT count(*) FROM recheck r WHERE r.item = i.id AND r.done_on IS NULL)
             FROM item i WHERE i.number = 41",
        )
        .fetch_one(&pool)
        .await
        .expect("item 41");
        assert_eq!(stands, (Some(days.to_owned()), planned), "{row}");
    }
}

/// A file that moves a deadline tells of today: the days before keep theirs, in the words of the plan.
#[tokio::test]
async fn a_deadline_that_a_file_moves_stays_what_it_was_on_the_days_before() {
    let pool = database().await;
    import_sample(&pool).await;
    let item: Uuid =
        sqlx::query_scalar("SELECT id FROM item WHERE number = 16").fetch_one(&pool).await.unwrap();
    let moved = sample_text(FileKind::Ledger).replacen(
        "2018-06-30,限期整改,紫岩县,",
        "2018年底前,限期整改,紫岩县,",
        1,
    );
    let files = [(FileKind::Ledger, "ledger.csv", moved.as_bytes())];
    import(&pool, &batch(&files).expect("reads"), day("2018-09-03")).await.expect("imports");
    let mut conn = pool.acquire().await.unwrap();
    let mut told = Vec::new();
    for on in ["2018-08-31", "2018-09-02", "2018-09-03"] {
        let course = duban::store::acceptance::course(&mut conn, item, day(on)).await.unwrap();
        told.push((course.days.deadline.to_string(), course.deadline_text));
    }
    let before = ("2018-06-30".to_owned(), None);
    assert_eq!(told, [before.clone(), before, ("2018-12-31".to_owned(), Some("2018年底前".to_owned()))]);
}

#[tokio::test]
async fn the_acceptance_unit_comes_with_the_ledger_and_an_unknown_one_is_refused_by_name() {
    let pool = database().await;
    import_sample(&pool).await;
    let with = |unit: &str| {
        format!(
            "编号,整改事项,整改时限,牵头单位,市级牵头验收单位\n16,紫岩县污水处理厂提标改造,2018-06-30,紫岩县,{unit}\n"
        )
    };
    let read = |text: &str| batch(&[(FileKind::Ledger, "台账.csv", text.as_bytes())]).expect("reads");
    let bad =
        import(&pool, &read(&with("市环保所")), sample::AS_OF).await.expect_err("there is no such unit");
    let told = super::lines(&bad);
    assert!(told[0].starts_with("台账.csv 第 2 行“市级牵头验收单位”：没有叫“市环保所”的单位"), "{told:?}");
    for (file, change) in [
        (with("环保局"), Some("第 16 项 验收单位：∅ → 市环保局")),
        // What a file does not speak of stays; a blank says that it is the office.
        ("编号,整改事项,整改时限,牵头单位\n16,紫岩县污水处理厂提标改造,2018-06-30,紫岩县\n".to_owned(), None),
        (with(""), Some("第 16 项 验收单位：市环保局 → ∅")),
    ] {
        let done = import(&pool, &read(&file), sample::AS_OF).await.expect("imports");
        assert_eq!(done.changes, Vec::from_iter(change), "{file}");
    }
    assert_eq!(count(&pool, "SELECT count(acceptance_unit) FROM item").await, 0);
}

#[tokio::test]
async fn milestones_that_a_file_moves_hold_from_its_day_on() {
    let pool = database().await;
    import_sample(&pool).await;
    let ledger = sample_text(FileKind::Ledger).replacen(
        "2017-12-31=40;2018-03-31=70;2018-06-30=100",
        "2017-12-31=40;2018-03-31=55;2018-05-31=80",
        1,
    );
    let files = [(FileKind::Ledger, "ledger.csv", ledger.as_bytes())];
    let done = import(&pool, &batch(&files).expect("reads"), day("2018-09-03")).await.expect("imports");
    assert_eq!(
        done.changes,
        [
            "第 16 项 阶段目标：2017-12-31=40；2018-03-31=70；2018-06-30=1… → 2017-12-31=40；2018-03-31=55；2018-05-31=8…"
        ]
    );
    let (round, item): (Uuid, Uuid) =
        sqlx::query_as("SELECT round, id FROM item WHERE number = 16").fetch_one(&pool).await.unwrap();
    let mut conn = pool.acquire().await.unwrap();
    for (on, percents) in [("2018-08-31", [40, 70, 100]), ("2018-09-03", [40, 55, 80])] {
        let held = duban::store::acceptance::milestones(&mut conn, item, day(on)).await.unwrap();
        assert_eq!(held.iter().map(|milestone| milestone.percent).collect::<Vec<_>>(), percents, "{on}");
        // Tables of that day go by the same.
        let mut seen = Vec::new();
        let basis = duban::domain::Basis::default();
        let known_at = now().utc + chrono::TimeDelta::days(30);
        duban::store::as_of_rows::each_item_then(&mut conn, round, day(on), known_at, &basis, &mut |item| {
            if item.number == 16 {
                seen = item.milestones;
            }
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(seen, held, "{on}");
    }
    // What did not change is as old as it was.
    let kept = "SELECT count(*) FROM milestone JOIN item ON id = item WHERE number = 16 AND since IS NULL";
    assert_eq!(count(&pool, kept).await, 1);
}
