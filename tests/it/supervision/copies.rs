//! What becomes of a copy: what comes along with its answer, which paper takes its place, how it is delivered where no
//! message can, and what is asked about before it leaves late.

use insta::assert_snapshot as snapshot;

use super::{CONTACT, DRAFTER, NUMBER, SIGNER, signed};
use crate::attachments::{JPEG, document, photo};
use crate::exporting::words;

#[tokio::test]
async fn what_comes_along_with_an_answer_stands_with_it() {
    let mut bot = signed().await;
    for id in ["a", "b"] {
        bot.fake.contents.lock().unwrap().insert(id.into(), [JPEG, id.as_bytes()].concat());
    }
    bot.notices().await;
    bot.read(CONTACT);
    snapshot!(bot.send(CONTACT, "回复 征迁完成70%，附进度表", &[document("a", "进度表.jpg")]).await, @"");
    // What is sent behind it belongs to it as well.
    snapshot!(bot.send(CONTACT, "", &[photo("b")]).await, @"");
    bot.fetch_all().await;
    bot.notices().await;
    snapshot!(bot.read(DRAFTER) + &bot.read(SIGNER), @"");
    let (_, record) = bot.tap(DRAFTER, DRAFTER, "看附件").await;
    snapshot!(record, @"");
    let card = bot.say(SIGNER, "发文 1").await;
    assert!(card.contains("回复：征迁完成70%，附进度表（附 2 个文件）"), "{card}");
    snapshot!(bot.say(CONTACT, "材料 16").await, @"");
    let (_, file) = bot.document(DRAFTER, &format!("导出 回证 {NUMBER}")).await;
    assert!(words(&file).contains("征迁完成70%，附进度表（附件：进度表.jpg、照片）"), "{}", words(&file));
    let (said, _) = bot.document(DRAFTER, "导出 卷宗 16").await;
    snapshot!(said, @"");
    // A secrecy mark ends it before anything is recorded.
    let refused = bot.send(CONTACT, "回复 见附件", &[document("a", "机密 进度表.jpg")]).await;
    assert!(refused.contains("没有登记"), "{refused}");
    assert_eq!(bot.count("SELECT count(*) FROM notice_answer").await, 1);
}
