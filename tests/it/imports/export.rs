//! Out and in again: an exported ledger imported anew says what the ledger says already.

use std::path::Path;
use std::sync::atomic::AtomicU64;

use duban::domain::ledger_file::{FileKind, Outcome};
use duban::domain::{Basis, Now};
use duban::exports::{Call, Format, find};
use duban::imports::sample;
use sqlx::PgPool;
use uuid::Uuid;

use crate::harness::{START, china};

use super::{batch_with_notes, database, day, import, import_sample};

async fn export(pool: &PgPool, format: Format) -> Vec<u8> {
    let round: Uuid = sqlx::query_scalar("SELECT id FROM round").fetch_one(pool).await.expect("a round");
    let mut conn = pool.acquire().await.expect("a connection");
    let mut out = Vec::new();
    let export = find("ledger").expect("the ledger");
    let now = Now::at(china(START));
    let call = Call {
        db: &mut conn,
        round,
        subject: None,
        as_of: now.today(),
        now,
        basis: &Basis::default(),
        format,
        data_dir: Path::new("nowhere"),
        out: &mut out,
        rows: &AtomicU64::new(0),
    };
    assert_eq!((export.write)(call).await.expect("exports").rows, 60);
    out
}

#[tokio::test]
async fn a_ledger_goes_out_and_comes_in_unchanged() {
    let pool = database().await;
    import_sample(&pool).await;
    sqlx::raw_sql(
        "UPDATE item_text SET deadline_text = '2018年底前', superior_number = '省-0012', leader_text = '=SUM(A1)',
             description = E'第一行，含逗号\\n第二行“引号”\"', responsible_post = '-1', goal = '''+1'
         FROM item WHERE item.id = item AND number = 22;
         UPDATE item SET leader_post = NULL, verified_percent = 30, deadline = '2018-12-31',
             acceptance_unit = (SELECT id FROM unit WHERE name = '市农业局')
         WHERE number = 22;
         UPDATE item SET completed_on = '2018-08-10' WHERE number = 21;",
    )
    .execute(&pool)
    .await
    .expect("awkward texts");
    for format in [Format::Csv, Format::Xlsx] {
        let file = export(&pool, format).await;
        let name = format!("台账.{}", format.code());
        let (batch, notes) = batch_with_notes(&[(FileKind::Ledger, &name, &file)]).expect("reads");
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].text.zh.contains("核实进度、最近进展、最近填报、预警、其他预警"), "{notes:?}");
        assert_eq!(batch.items.len(), 60);
        for as_of in [sample::AS_OF, day("2018-09-03")] {
            let done = import(&pool, &batch, as_of).await.expect("imports");
            assert_eq!((done.outcome, done.changes), (Outcome::Nothing, vec![]), "{name}");
        }
    }
}

#[tokio::test]
async fn the_csv_opens_in_a_spreadsheet_and_runs_nothing() {
    let pool = database().await;
    import_sample(&pool).await;
    sqlx::query("UPDATE item SET title = '=HYPERLINK(1)' WHERE number = 1")
        .execute(&pool)
        .await
        .expect("a title");
    let file = export(&pool, Format::Csv).await;
    let text = String::from_utf8(file).expect("UTF-8");
    assert!(text.starts_with("\u{FEFF}序号,上级编号,整改事项,问题描述,"), "{}", &text[..60]);
    assert!(text.contains("\r\n1,,'=HYPERLINK(1),"));
    // Completed is not signed off.
    assert!(text.contains(",整改进度,完成时间,销号时间,阶段目标,"));
    assert!(text.contains(",基本完成,100%,2018-04-18,,2017-12-31=60；2018-03-31=100,"));
    assert!(text.contains(",已销号,100%,2017-11-07,2017-11-21,2017-10-31=100,"));
    assert!(text.contains(",整改中,85%,,,2017-12-31=40；2018-03-31=70；2018-06-30=100,"));
    assert!(text.contains(",2018-08-23,逾期,滞后\r\n"));
}
