//! What a button says can be typed: in every dialogue it does what the button does, and is never taken for the text
//! that is asked for. Two ledgers go through the same dialogues, one pressing, one typing.

use std::collections::BTreeSet;

use crate::harness::Bot;

const CONTACT: &str = "滨江区联络员A";
const HEAD: &str = "滨江区分管副区长";
const CHECKER: &str = "市农业局联络员A";
const OFFICE: &str = "调度专员A";
const COUNTY: &str = "紫岩县联络员A";
const OTHER: &str = "调度专员B";

/// Who says what first (nothing: the question before stands), and the label that is pressed or typed then (none:
/// only to get there), by its beginning.
const SCRIPT: &[(&str, &str, &str)] = &[
    (CONTACT, "到91%，盖板已装完", "30 "),
    (CONTACT, "进度 34", "87%"),
    (CONTACT, "", "同上次"),
    (CONTACT, "30项八十左右", "85%"),
    (CONTACT, "进度 22 无变化", ""),
    (CONTACT, "22项没进展", "涉及多方"),
    (CONTACT, "30项已完成", "工作做完"),
    (CONTACT, "22号征迁受阻", "是日期"),
    (CONTACT, "进度 30 90 管道焊接完成", ""),
    (OFFICE, "审核 30 退回", "10 个工作日"),
    (CONTACT, "进度 34 100 船舶和管理房已清零", "没错，登记"),
    (CONTACT, "申请销号 34", "已完成"),
    (CONTACT, "", "不涉及"),
    (CONTACT, "", "上一步"),
    (CONTACT, "还有一处没拆", "照这样写"),
    (CONTACT, "", "已完成"),
    (CONTACT, "", "已达到"),
    (CONTACT, "", "已达到"),
    (CONTACT, "", "已达到"),
    (CONTACT, "", "已达到"),
    (CONTACT, "", "提交申请"),
    (CONTACT, "申请销号 34 撤回", ""),
    (HEAD, "申请销号 34", "全部同上次"),
    (HEAD, "", "提交申请"),
    (CONTACT, "申请销号 34 撤回", "撤回"),
    (HEAD, "申请销号 34 全部完成", "提交申请"),
    (OFFICE, "核查 34 由 市农业局", ""),
    (OFFICE, "核查 34 通过 现场复核到位", "写这个结论"),
    (OTHER, "公示 34", "开始公示"),
    (OTHER, "异议 34 来电反映码头仍停有旧船", "登记并告知单位"),
    (CONTACT, "延期 22 到 2019-06-30 因 管网改线", ""),
    (HEAD, "延期 22 确认", ""),
    (OFFICE, "延期 22 批准", "整改办批准"),
    (OFFICE, "反弹 2 又互相推诿", "确认反弹"),
    (OFFICE, "记 督查 到 紫岩县 16项 昨天", ""),
    (OFFICE, "交办 1 紫岩县 9月4日 配齐调试人员", ""),
    (OFFICE, "交办 1 紫岩县 9月5日 报送调试记录", "交办"),
    (OFFICE, "约谈 16 给 紫岩县 说明原因", "拟稿"),
    (COUNTY, "签收 全部", "5 个工作日"),
];

/// What the script asks: the kinds of question that have buttons of their own.
const KINDS: [&str; 11] =
    ["apply", "day", "done", "item", "line", "odd", "paper", "percent", "promise", "reason", "task"];

async fn world() -> Bot {
    let mut bot = Bot::new().await.person(CONTACT).await.person(HEAD).await.person(CHECKER).await;
    bot.bind(OFFICE, OFFICE).await;
    bot.bind(OTHER, OTHER).await;
    bot.bind(COUNTY, COUNTY).await;
    bot.leave_unread = true;
    bot
}

/// The last label of a chat that begins so, of those that answer a question.
fn label(bot: &Bot, chat: &str, begins: &str) -> Option<String> {
    let buttons = bot.buttons();
    let found = buttons
        .iter()
        .rev()
        .find(|(of, label, says)| of == chat && label.starts_with(begins) && says.starts_with("答 "));
    found.map(|(_, label, _)| label.clone())
}

/// As somebody types it: full-width, with a space and a full stop.
fn typed(label: &str) -> String {
    let wide = |c: char| match c {
        '0'..='9' => char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c),
        c => c,
    };
    format!(" {}。", label.chars().map(wide).collect::<String>())
}

#[tokio::test]
async fn a_typed_label_does_what_its_button_does_in_every_dialogue() {
    let (mut pressing, mut typing) = (world().await, world().await);
    let (mut wrong, mut kinds) = (Vec::new(), BTreeSet::new());
    for (seat, said, begins) in SCRIPT {
        if *said == "签收 全部" {
            for bot in [&mut pressing, &mut typing] {
                bot.advance("2018-09-03 00:10").await;
                bot.advance("2018-09-03 09:30").await;
            }
        }
        for bot in [&mut pressing, &mut typing] {
            bot.notices().await;
            bot.read(seat);
        }
        if !said.is_empty() {
            let (one, other) = (pressing.say(seat, said).await, typing.say(seat, said).await);
            if one != other {
                wrong.push(format!("{said}\n{one}\n≠\n{other}"));
            }
        }
        if begins.is_empty() {
            continue;
        }
        let asked: Vec<String> = sqlx::query_scalar(
            "SELECT CASE jsonb_typeof(step->'ask') WHEN 'string' THEN step->>'ask'
                    ELSE (SELECT min(k) FROM jsonb_object_keys(step->'ask') AS k) END
             FROM dialogue",
        )
        .fetch_all(&typing.pool)
        .await
        .unwrap();
        kinds.extend(asked);
        let Some(shown) = label(&typing, seat, begins) else {
            wrong.push(format!("{said}: no label {begins} in {:?}", typing.buttons().last()));
            continue;
        };
        let pressed = pressing.tap(seat, seat, begins).await.1;
        let said_so = typing.say(seat, &typed(&shown)).await;
        if pressed != said_so {
            wrong.push(format!("{said} [{shown}]\n{pressed}\n≠\n{said_so}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let missing: Vec<&str> = KINDS.into_iter().filter(|kind| !kinds.contains(*kind)).collect();
    assert!(missing.is_empty(), "{missing:?} not among {kinds:?}");
}

/// The words of a button that stands under another question of the walk are no answer either.
#[tokio::test]
async fn a_label_of_another_step_is_no_answer() {
    let mut bot = world().await;
    bot.say(CONTACT, "进度 34 100 已清零").await;
    bot.say(CONTACT, "没错").await;
    bot.say(CONTACT, "申请销号 34").await;
    bot.say(CONTACT, "还有一处没拆").await;
    for word in ["提交申请", "同上次"] {
        let answer = bot.say(CONTACT, word).await;
        assert!(answer.starts_with("还有 7 条没答，先回这一条。\n"), "{answer}");
        assert!(answer.contains("还有一处没拆\n这一条还没达到"), "{answer}");
    }
    bot.say(CONTACT, "登记处置41艘").await;
    let answer = bot.say(CONTACT, "照这样写").await;
    assert!(answer.contains("还有 6 条没答") && answer.contains("申请销号 2/7"), "{answer}");
    let notes = "SELECT count(*) FROM application_draft";
    assert_eq!(bot.count(notes).await, 1);
}
