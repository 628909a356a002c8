//! Files in, files out, and the code that lets the first person in.

use std::fs;

use calamine::{Reader, Xlsx, open_workbook};
use duban::imports::sample;
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use sqlx::{Connection, PgConnection};

use super::{DUBAN, Desk, Told, until};

const ALL: [&str; 13] = [
    "import",
    "--round",
    sample::ROUND,
    "--as-of",
    "2018-08-31",
    "--units",
    "units.csv",
    "--posts",
    "posts.csv",
    "--ledger",
    "ledger.csv",
    "--history",
    "history.csv",
];

/// Lays the sample's files on the desk.
fn lay_out(desk: &Desk) {
    for (_, name, bytes) in sample::FILES {
        desk.write(name, bytes);
    }
}

/// The ledger as it stands.
async fn standing(desk: &Desk) -> String {
    desk.duban(&["export", "--ledger", "standing.csv"]).await.well();
    desk.read("standing.csv")
}

#[tokio::test]
async fn a_ledger_comes_in_whole_or_not_at_all_and_tells_what_changes() {
    let desk = Desk::on("template_empty").await;
    lay_out(&desk);
    let first = desk.duban(&ALL).await.well();
    let first = first.telling(&["事项：新增 60，变更 0，不变 0", "历史：新增 277", "已导入。"]);
    assert_eq!(first.err, "", "nothing to remark");
    let again = desk.duban(&ALL).await.well();
    again.telling(&["事项：新增 0，变更 0，不变 60", "历史：新增 0，已有 277", "没有变化"]);

    // One cell changed: looked at first, then written, then known.
    let ledger = desk.read("ledger.csv");
    let changed = ledger.replacen(",整改中,85,", ",整改中,86,", 1);
    assert_ne!(changed, ledger);
    desk.write("changed.csv", changed);
    let before = standing(&desk).await;
    let line = "第 16 项 整改进度：85% → 86%\n事项：新增 0，变更 1，不变 59\n";
    let dry = desk.duban(&["import", "--ledger", "changed.csv", "--dry-run"]).await.well();
    assert!(
        dry.out.starts_with("读法 changed.csv：标题在第 1 行\n读法 changed.csv：读作列：number→序号、"),
        "{}",
        dry.out
    );
    assert!(dry.out.ends_with(&format!("{line}仅检查，没有写入。\n")), "{}", dry.out);
    assert_eq!(standing(&desk).await, before);
    let done = desk.duban(&["import", "--ledger", "changed.csv"]).await.well();
    assert_eq!(done.out, format!("{line}已导入。\n"));
    let after = standing(&desk).await;
    assert_ne!(after, before);

    // A good change among bad ones is not written; every bad cell is told with its place.
    let bad = ledger.replacen(",整改中,85,", ",整改中,185,", 1).replacen("2018-03-31", "2018-13-31", 1);
    desk.write("bad.csv", bad.replacen("县区研究环保工作频次偏低", "改过的题目", 1));
    let bad = desk.duban(&["import", "--ledger", "bad.csv"]).await.refused();
    assert_eq!(bad.out, "");
    bad.saying(&[
        "✗ bad.csv 第 2 行“deadline”：“2018-13-31”",
        "✗ bad.csv 第 17 行“percent”：“185”：进度应是 0 到 100",
        "什么也没有导入",
    ]);
    desk.write("unknown.csv", ledger.replacen("长期坚持,市环保局", "长期坚持,市环保剧", 1));
    let unknown = desk.duban(&["import", "--ledger", "unknown.csv"]).await.refused();
    unknown.saying(&["unknown.csv 第 2 行“lead_unit”：没有叫“市环保剧”的单位"]);
    assert_eq!(standing(&desk).await, after);

    desk.duban(&["import"]).await.refused().saying(&["--units、--posts、--ledger、--history"]);
    desk.duban(&["import", "--ledger", "no.csv"]).await.refused().saying(&["读不了 no.csv"]);
    desk.duban(&["import", "--ledger", "."]).await.refused().saying(&[". 是文件夹，请写明其中哪一个文件"]);
}

#[tokio::test]
async fn what_is_exported_comes_in_again_unchanged() {
    let desk = Desk::on("template_sample").await;
    for name in ["台账.csv", "台账.XLSX"] {
        let told = desk.duban(&["export", "--ledger", name]).await.well();
        assert_eq!(told.out, "");
        told.saying(&["已导出 60 项", name]);
        desk.duban(&["import", "--ledger", name]).await.well().telling(&["不变 60", "没有变化"]);
    }
    desk.duban(&["export", "--ledger", "one.csv", "--round", sample::ROUND]).await.well();
    assert_eq!(desk.read("one.csv"), desk.read("台账.csv"));

    let wrong = desk.duban(&["export", "--ledger", "台账.doc"]).await.refused();
    wrong.saying(&[".csv 或 .xlsx"]);
    let wrong = desk.duban(&["export", "--ledger", "x.csv", "--round", "别的"]).await.refused();
    wrong.saying(&["没有叫“别的”的轮次", sample::ROUND]);
    let wrong = desk.duban(&["export", "--ledger", "nowhere/x.csv"]).await.refused();
    wrong.saying(&["写不了 nowhere/x.csv"]);
    // Where a folder stands already nothing is left behind.
    fs::create_dir(desk.path("folder.csv")).expect("a folder");
    desk.duban(&["export", "--ledger", "folder.csv"]).await.refused().saying(&["写不了 folder.csv"]);
    let names = fs::read_dir(desk.path("")).expect("the desk").map(|entry| entry.expect("one").file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().expect("text")).collect();
    names.sort();
    assert_eq!(names, ["folder.csv", "one.csv", "台账.XLSX", "台账.csv"]);

    let empty = Desk::on("template_empty").await;
    empty.duban(&["export", "--ledger", "x.csv"]).await.refused().saying(&["台账还是空的"]);
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_does_not_end_an_import() {
    let desk = Desk::on("template_empty").await;
    lay_out(&desk);
    let mut shell = desk.command("sh");
    shell.args(["-c", "\"$@\" | true", "sh", DUBAN]).args(ALL);
    let told = desk.run(shell).await.well();
    assert_eq!(told.err, "");
    assert_eq!(standing(&desk).await.lines().count(), 61);
}

async fn invite(desk: &Desk, unit: &str, post: &str) -> Told {
    desk.duban(&["invite", "--unit", unit, "--post", post]).await
}

#[tokio::test]
async fn an_invitation_is_a_code_alone_on_stdout() {
    let desk = Desk::on("template_sample").await;
    let mut codes = Vec::new();
    // Name, alias, code; a code is typed in either case.
    for unit in ["市整改办", "整改办", "ZGB", "zgb"] {
        let told = invite(&desk, unit, "调度专员A").await.well();
        let code = told.out.strip_suffix('\n').expect("a line").to_owned();
        let is_code = code.len() == 11 && code.chars().all(|c| c == '-' || c.is_ascii_alphanumeric());
        assert!(is_code, "{told:?}");
        told.saying(&["市整改办 · 调度专员A", "24 小时", &format!("绑定 {code}")]);
        codes.push(code);
    }
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), 4, "each is another");

    let wrong = invite(&desk, "市整改班", "调度专员A").await.refused();
    assert_eq!(wrong.out, "");
    wrong.saying(&["没有叫“市整改班”的单位", "市整改办", "紫岩县"]);
    let wrong = invite(&desk, "市整改办", "专员").await.refused();
    assert_eq!(wrong.out, "");
    wrong.saying(&["市整改办 没有岗位“专员”", "调度专员A、调度专员B"]);

    let mut full = desk.command("sh");
    full.args(["-c", "exec \"$@\" > /dev/full", "sh", DUBAN]);
    full.args(["invite", "--unit", "ZGB", "--post", "调度专员A"]);
    if fs::exists("/dev/full").unwrap_or(false) {
        desk.run(full).await.refused().saying(&["绑定码写不出去"]);
    }

    let empty = Desk::on("template_empty").await;
    invite(&empty, "市整改办", "调度专员A").await.refused().saying(&["还没有单位", "duban import"]);
}

/// A ledger of as many rows as one likes.
fn long(rows: usize) -> String {
    let mut text = "序号,整改事项,整改时限,牵头单位\n".to_owned();
    (1001..1001 + rows).for_each(|number| text.push_str(&format!("{number},甲,2018年底前,市环保局\n")));
    text
}

/// A hundred thousand rows, the last of them bad: what came before it does not come in.
#[tokio::test]
async fn a_bad_last_row_leaves_nothing_behind_and_comes_back_with_its_reason() {
    let desk = Desk::on("template_sample").await;
    let before = standing(&desk).await;
    desk.write("long.csv", format!("{}101000,乙,2018年底前,市环保剧\n", long(99_999)));
    let bad = desk.duban(&["import", "--ledger", "long.csv", "--failed", "退回.xlsx"]).await.refused();
    bad.saying(&[
        "long.csv 第 100001 行“牵头单位”：没有叫“市环保剧”的单位",
        "出错的 1 行和原因写在 退回.xlsx",
    ]);
    assert_eq!(standing(&desk).await, before);

    let mut book: Xlsx<_> = open_workbook(desk.path("退回.xlsx")).expect("opens");
    let sheet = book.worksheet_range("1 long.csv").expect("its sheet");
    let rows: Vec<Vec<String>> =
        sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[0], ["原行号", "未导入原因", "序号", "整改事项", "整改时限", "牵头单位"]);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (rows[1][0].as_str(), rows[1][2].as_str(), rows[1][5].as_str()),
        ("100001", "101000", "市环保剧")
    );
    assert!(rows[1][1].starts_with("牵头单位：没有叫“市环保剧”的单位"), "{rows:?}");

    // Corrected in the workbook, the row alone would come in: what was added is passed over.
    let told = desk.duban(&["import", "--ledger", "退回.xlsx", "--dry-run"]).await.refused();
    told.saying(&["市环保剧", "这些列由系统计算，不导入：原行号、未导入原因"]);
    // A file that is no table is told in the workbook as a whole.
    desk.write("no.csv", "<html>");
    let bad = desk.duban(&["import", "--ledger", "no.csv", "--failed", "退回.xlsx"]).await.refused();
    bad.saying(&["网页", "出错的 1 行"]);
}

#[tokio::test]
async fn an_import_that_is_told_to_stop_stops_and_leaves_nothing() {
    // While it reads a file that never ends.
    let url = crate::harness::database("template_sample").await;
    let desk = Desk::new().with("DATABASE_URL", &url);
    let before = standing(&desk).await;
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let endless = desk.path(signal.as_str());
        mkfifo(&endless, Mode::S_IRUSR | Mode::S_IWUSR).expect("a pipe");
        let import = desk.start(&["import", "--ledger", signal.as_str()]);
        let opened = tokio::task::spawn_blocking(|| fs::OpenOptions::new().write(true).open(endless));
        let writer = opened.await.expect("waits").expect("somebody reads");
        import.signal(signal);
        let (code, said) = import.ended().await;
        assert_eq!((code, said.as_str()), (Some(130), "已中断 / interrupted\n"));
        drop(writer);
    }

    // While it writes: somebody holds the table.
    desk.write("long.csv", long(10));
    let mut holder = PgConnection::connect(&url).await.expect("connects");
    sqlx::raw_sql("BEGIN; LOCK TABLE item IN SHARE MODE").execute(&mut holder).await.expect("locks");
    let import = desk.start(&["import", "--ledger", "long.csv"]);
    until("it waits for the table", async || {
        let mut asks = PgConnection::connect(&url).await.expect("connects");
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'item'::regclass";
        sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut asks).await.expect("counts") > 0
    })
    .await;
    import.signal(Signal::SIGTERM);
    assert_eq!(import.ended().await.0, Some(130));
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.expect("lets go");
    assert_eq!(standing(&desk).await, before);

    // With a database of its own, which stops with it.
    let desk = Desk::new();
    lay_out(&desk);
    desk.duban(&ALL).await.well();
    let before = standing(&desk).await;
    desk.write("long.csv", long(20_000));
    let import = desk.start(&["import", "--ledger", "long.csv"]);
    until("the database runs", async || desk.path("data/postgres/data/postmaster.pid").exists()).await;
    import.signal(Signal::SIGTERM);
    assert_eq!(import.ended().await.0, Some(130));
    desk.expect_no_server().await;
    assert_eq!(standing(&desk).await, before);
}
