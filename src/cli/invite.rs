//! `duban invite`: a one-time binding code for a post. The code alone goes to stdout.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use uuid::Uuid;

use super::database::Database;
use super::tell;
use crate::app::real_now;
use crate::config::Settings;
use crate::domain::Now;
use crate::domain::code;
use crate::domain::decision::{Aggregate, CodeFor, Decision, Effect, Fate, Origin, Touch};
use crate::store::{calendar, people};

/// A district has a hundred units: more than these do not help to find a slip.
const LISTED: usize = 60;

pub async fn run(settings: &Settings, unit: &str, post: &str) -> anyhow::Result<ExitCode> {
    let database = Database::there(settings).await?;
    let issued = issue(&database, unit, post).await;
    database.close().await?;
    let (code, title, unit) = issued?;
    tell(format_args!("{unit} · {title}：绑定码 24 小时内有效，只能用一次 / valid for 24 hours, once"));
    tell(format_args!("请本人发送 / to be sent by the person: 绑定 {code}"));
    // A code that nobody reads is lost, so this one line must arrive.
    writeln!(std::io::stdout(), "{code}").context("绑定码写不出去 / the code cannot be written")?;
    Ok(ExitCode::SUCCESS)
}

/// Names to choose from.
fn listed(names: &[String]) -> String {
    match names {
        [] => "（无）".to_owned(),
        _ if names.len() > LISTED => format!("{}…… 共 {} 个", names[..LISTED].join("、"), names.len()),
        _ => names.join("、"),
    }
}

async fn issue(database: &Database, unit: &str, title: &str) -> anyhow::Result<(String, String, String)> {
    let units = people::units_called(&database.read, unit).await?;
    let unit = match units.as_slice() {
        [unit] => unit,
        [] => {
            let names = people::unit_names(&database.read).await?;
            anyhow::ensure!(
                !names.is_empty(),
                "还没有单位，请先导入：duban import --units 文件 --posts 文件 / there are no units yet: import them"
            );
            anyhow::bail!(
                "没有叫“{unit}”的单位，请核对名称、别名或代码。有：{} / no unit is called “{unit}”",
                listed(&names)
            )
        }
        several => {
            let names: Vec<&str> = several.iter().map(|unit| unit.name.as_str()).collect();
            anyhow::bail!("“{unit}”对应几个单位：{}，请写全称或代码 / several units match", names.join("、"))
        }
    };
    let posts = people::posts_of(&database.read, unit.id).await?;
    let post = posts.iter().find(|post| post.title == title).with_context(|| {
        let titles: Vec<String> = posts.iter().map(|post| post.title.clone()).collect();
        format!("{} 没有岗位“{title}”。有：{} / no such post there", unit.name, listed(&titles))
    })?;
    // Codes live by the ledger's clock, which the demo has moved.
    let now = Now::at(calendar::ledger_clock(&database.read).await?.unwrap_or_else(real_now));
    let id = Uuid::now_v7();
    let (spelt, code) = code::fresh(&rand::random(), id, post.id, CodeFor::Invite, now)
        .context("the random generator failed: try again")?;
    let mut decision = Decision::new(Origin { account: "invite".into(), key: id.to_string() }, now);
    decision.rests_on.push(Touch { of: Aggregate::Post, id: post.id, version: post.version });
    let decision = decision.with(Effect::CodeIssued(code));
    match database.committer()?.commit(decision).await? {
        Fate::Committed => Ok((spelt, post.title.clone(), unit.name.clone())),
        fate => anyhow::bail!(
            "刚才有人在改这个岗位，请再试一次 / somebody changed this post: try again ({fate:?})"
        ),
    }
}
