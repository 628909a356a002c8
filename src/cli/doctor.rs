//! `duban doctor`: looks at everything a running service rests on; each finding with its next step.

use std::process::ExitCode;

use chrono::Datelike;

use super::database::{Database, is_begun};
use super::out;
use crate::app::real_now;
use crate::config::Settings;
use crate::domain::Now;
use crate::domain::attachment::JobKind;
use crate::store::audit::{self, Chain};
use crate::store::{calendar, chats, files, jobs, migrations, outbox, poison};

/// The ledger stamps what happens: a clock this far off is worth a word.
const CLOCK_SECONDS: i64 = 5;

/// One thing looked at.
pub struct Finding {
    mark: Mark,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Well,
    Ill,
    /// Nothing is wrong, but it was not looked at.
    Aside,
}

pub fn well(text: impl Into<String>) -> Finding {
    Finding { mark: Mark::Well, text: text.into() }
}

/// Says the next step as well.
pub fn ill(text: impl Into<String>) -> Finding {
    Finding { mark: Mark::Ill, text: text.into() }
}

pub fn aside(text: impl Into<String>) -> Finding {
    Finding { mark: Mark::Aside, text: text.into() }
}

pub async fn run(settings: &Settings, with_audit: bool) -> anyhow::Result<ExitCode> {
    // Looking must not make a new database where there is none.
    if let Err(nothing) = is_begun(settings) {
        show(&[ill(nothing.to_string())]);
        return Ok(ExitCode::FAILURE);
    }
    let database = match Database::open(settings).await {
        Ok(database) => database,
        Err(error) => {
            show(&[ill(format!("数据库：{error:#}"))]);
            return Ok(ExitCode::FAILURE);
        }
    };
    let findings = look(settings, &database, with_audit).await;
    database.close().await?;
    show(&findings);
    let is_ill = findings.iter().any(|finding| finding.mark == Mark::Ill);
    Ok(if is_ill { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(findings: &[Finding]) {
    for finding in findings {
        let mark = match finding.mark {
            Mark::Well => '✓',
            Mark::Ill => '✗',
            Mark::Aside => '·',
        };
        out(format_args!("{mark} {}", finding.text));
    }
}

async fn look(settings: &Settings, database: &Database, with_audit: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = database.reach().await {
        findings.push(ill(format!("{error:#}")));
        return findings;
    }
    match migrations::state(&database.read).await {
        Err(error) => {
            findings.push(unchecked(&error));
            return findings;
        }
        Ok(migrations::State::Current) => {
            findings.push(well("数据库连得上，结构是最新的 / database and schema"))
        }
        Ok(state) => {
            findings.push(ill(state.sentence()));
            return findings;
        }
    }
    for finding in [
        clock(database).await,
        years(database).await,
        chain(database, with_audit).await,
        troubled(database).await,
        unreadable(database).await,
        lost(database).await,
        unfetched(database).await,
        unmade(database).await,
    ] {
        findings.push(finding.unwrap_or_else(|error| unchecked(&error)));
    }
    findings.extend(super::telegram::look(settings).await);
    findings
}

fn unchecked(error: &sqlx::Error) -> Finding {
    ill(format!(
        "这一项没查成：{error}。请再运行一次，仍不行就把这句话告诉维护人员 / could not be checked: try again, then tell whoever maintains this"
    ))
}

async fn clock(database: &Database) -> sqlx::Result<Finding> {
    let off = (calendar::database_time(&database.read).await? - real_now()).num_seconds().abs();
    Ok(if off <= CLOCK_SECONDS {
        well("本机和数据库的时钟一致 / clocks agree")
    } else {
        ill(format!(
            "本机和数据库的时钟差 {off} 秒，请打开校时（如 chrony）/ clocks differ by {off} s: enable NTP"
        ))
    })
}

async fn years(database: &Database) -> sqlx::Result<Finding> {
    let today = Now::at(calendar::ledger_clock(&database.read).await?.unwrap_or_else(real_now)).today();
    let missing: Vec<String> = calendar::load(&database.read)
        .await?
        .missing_years(today)
        .iter()
        .map(|year| year.to_string())
        .collect();
    Ok(if missing.is_empty() {
        well(format!("调休日历有 {} 年 / the calendar knows this year", today.year()))
    } else {
        ill(format!(
            "调休日历缺 {} 年，暂按周一至周五计。请运行：duban calendar import 文件，或由整改办在聊天里发：日历 / import these years, or the office sends: calendar",
            missing.join("、")
        ))
    })
}

async fn chain(database: &Database, with_audit: bool) -> sqlx::Result<Finding> {
    if !with_audit {
        return Ok(aside("审计链未核对，要核对请加 --audit / add --audit to verify the audit chain"));
    }
    Ok(match audit::verify(&database.read).await? {
        Chain::Whole { seals, rows, unsealed } => well(format!(
            "审计链完整：{seals} 个封条，{rows} 条记录，另有 {unsealed} 条待封 / the audit chain is whole"
        )),
        Chain::Broken { seal } => ill(format!(
            "审计链在第 {seal} 个封条处断了：封条之后的记录被改过。请停用并保留现场，从备份比对 / the audit chain is broken at seal {seal}"
        )),
    })
}

async fn troubled(database: &Database) -> sqlx::Result<Finding> {
    let states = outbox::standing(&database.read).await?;
    let count = |name: &str| states.iter().find(|(state, _)| state == name).map_or(0, |(_, rows)| *rows);
    let (held, unclear, dead) = (count("held"), count("unclear"), count("dead"));
    if held + unclear + dead == 0 {
        return Ok(well("没有送不出去的消息 / no message is stuck"));
    }
    let reasons = outbox::troubled(&database.read).await?;
    let lines: Vec<String> = reasons
        .iter()
        .map(|(state, reason, rows)| format!("    {} ×{rows}：{reason}", word(state)))
        .collect();
    Ok(ill(format!(
        "有消息没送到：待人处理 {held}，不确定 {unclear}，送不出 {dead}。请给单位绑定联络员（duban invite），或电话告知 / messages not delivered: bind a contact (duban invite), or telephone\n{}",
        lines.join("\n")
    )))
}

/// A state of the outbox, for people.
fn word(state: &str) -> &str {
    match state {
        "held" => "待人处理 / held",
        "unclear" => "不确定 / unclear",
        "dead" => "送不出 / dead",
        other => other,
    }
}

async fn unreadable(database: &Database) -> sqlx::Result<Finding> {
    let recorded = poison::recorded(&database.read).await?;
    if recorded.is_empty() {
        return Ok(well("没有处理失败的消息 / no update was given up"));
    }
    let lines: Vec<String> = recorded
        .iter()
        .map(|(reference, account, failures)| format!("    {reference} {account} ×{failures}"))
        .collect();
    Ok(ill(format!("有消息处理失败，请把编号告诉维护人员 / updates were given up\n{}", lines.join("\n"))))
}

async fn unfetched(database: &Database) -> sqlx::Result<Finding> {
    let failed = files::failed(&database.read).await?;
    let dead = given_up(database, |kind| kind != JobKind::Document).await?;
    if failed.is_empty() && dead.is_empty() {
        return Ok(well("没有取不到的文件 / no file could not be fetched"));
    }
    let lines: Vec<String> = failed
        .iter()
        .map(|(number, files)| format!("    第 {number} 项 / item {number} ×{files}"))
        .chain(dead)
        .collect();
    Ok(ill(format!(
        "有文件没有取到，已请发件人重发；看具体材料请在聊天里发：材料 编号 / files were not fetched, their senders were asked to send them again\n{}",
        lines.join("\n")
    )))
}

async fn unmade(database: &Database) -> sqlx::Result<Finding> {
    let dead = given_up(database, |kind| kind == JobKind::Document).await?;
    if dead.is_empty() {
        return Ok(well("没有做不出来的文件 / no document could not be made"));
    }
    Ok(aside(format!(
        "有文件没有做出来，原因已告诉要文件的人；按原因处理后请他再导出一次 / documents were not made; whoever asked was told why and exports again\n{}",
        dead.join("\n")
    )))
}

/// Jobs of some kinds that were given up, one reason a line.
async fn given_up(database: &Database, of: fn(JobKind) -> bool) -> sqlx::Result<Vec<String>> {
    let dead = jobs::dead(&database.read).await?;
    let dead = dead.into_iter().filter(|(kind, ..)| of(*kind));
    Ok(dead.map(|(_, reason, jobs)| format!("    ×{jobs}：{reason}")).collect())
}

/// Chats that are wanted and cannot be spoken in, and groups that wait for the office.
async fn lost(database: &Database) -> sqlx::Result<Finding> {
    let lost = chats::lost(&database.read).await?;
    let waiting = chats::waiting(&database.read).await?;
    if lost.is_empty() && waiting == 0 {
        return Ok(well("该到的群和私聊都在 / every wanted chat can be reached"));
    }
    if lost.is_empty() {
        return Ok(aside(format!(
            "有 {waiting} 个群等整改办确认用途（在群里发：群设置）/ {waiting} groups wait for the office: send “group” there"
        )));
    }
    let lines: Vec<String> = lost
        .iter()
        .map(|chat| {
            let name = if chat.title.is_empty() { &chat.chat } else { &chat.title };
            let why = match chat.state.as_str() {
                "blocked" => "本人停用了机器人 / blocked by the person",
                _ => "机器人被移出群 / put out of the group",
            };
            format!("    {} {name}：{why}", chat.platform)
        })
        .collect();
    Ok(ill(format!(
        "有群或私聊去不了了，请把机器人拉回群、请本人重新打开对话 / chats that cannot be reached: add the bot again, ask the person\n{}",
        lines.join("\n")
    )))
}
