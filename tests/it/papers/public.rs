//! What is made public names no person that the ledger knows, and the office is told what it cannot know.

use insta::assert_snapshot as snapshot;

use super::{CLERK, CONTACT, apply, office};
use crate::exporting::words;

#[tokio::test]
async fn names_and_telephone_numbers_are_masked_in_the_public_table() {
    let mut bot = office().await;
    sqlx::raw_sql(
        "UPDATE holder SET display_name = '滨江区-张建国' WHERE account = '滨江区联络员A';
         INSERT INTO holder (id, post, platform, account, display_name, bound_at, ended_at)
         SELECT gen_random_uuid(), id, 'fake', 'gone', '欧阳明', '2017-01-02', '2018-01-02'
         FROM post WHERE title = '滨江区分管副区长'",
    )
    .execute(&bot.pool)
    .await
    .unwrap();
    apply(&mut bot, "由张建国13812345678牵头，欧阳明、李不识到场，船舶已清零").await;
    bot.say(CLERK, "核查 34 通过").await;
    bot.say(CLERK, "公示 34").await;
    bot.read(CLERK);
    let (said, file) = bot.document(CLERK, "导出 公示").await;
    snapshot!(said, @r"
    「验收销号公示表」，截至 2018-08-31 09:00。
    台账认识的人名已遮去 2 处，电话号码已遮。台账不认识的人名查不出来：公开前请通读一遍，并补上联系电话和邮箱。
    📎 验收销号公示表_20180831.docx
    ");
    let table = words(&file);
    assert!(table.contains("由张某某138****5678牵头，欧阳某、李不识到场"), "{table}");
    // Inside the office nothing is masked.
    let (_, file) = bot.document(CONTACT, "导出 卷宗 34").await;
    let record = super::parts(&file).into_iter().find(|(name, _)| name.starts_with("02_")).unwrap().1;
    assert!(words(&record).contains("由张建国13812345678牵头"), "{}", words(&record));
}
