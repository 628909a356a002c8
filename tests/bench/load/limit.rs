//! LIMIT: what PostgreSQL itself can do on this machine when one call of one function writes the rows
//! of one committed report, from pgbench, PostgreSQL's own program.

use std::path::Path;
use std::process::Stdio;
use std::str::FromStr;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use duban::cluster::Binaries;
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use super::Arguments;
use super::figures::{Figures, Side};
use super::process;
use super::world::{World, pg_bin};

pub const CLIENTS: u32 = 32;
/// Of so many transactions one is written to the log: more would slow what is measured.
const SAMPLE: f64 = 0.1;

/// Writes what a committed report writes, row by row the same as the service's, with an answer of the
/// same size. The update locks the row and moves its version, which is the comparison of versions.
pub const FUNCTION: &str = r#"
CREATE FUNCTION bench_report(p_key bigint, p_number integer) RETURNS boolean
LANGUAGE plpgsql AS $body$
DECLARE
    moment CONSTANT timestamptz := clock_timestamp();
    today CONSTANT date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
    the_round CONSTANT uuid := '019a0000-0001-7000-8000-000000000001';
    i record;
BEGIN
    INSERT INTO inbox (account, key, received_at)
    VALUES ('telegram', p_key::text, moment)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE item
    SET version = version + 1,
        status = 'in_progress',
        percent = LEAST(99, percent + CASE WHEN version % 64 = 0 THEN 1 ELSE 0 END),
        last_report_on = today,
        flag = flag,
        other_flags = '{}',
        next_check_on = next_check_on
    WHERE round = the_round AND number = p_number
    RETURNING id, version, percent, lead_unit, flag INTO i;
    INSERT INTO item_history
        (item, version, change, status, percent, flag, by_post, effective_on, recorded_at)
    VALUES (i.id, i.version, 'report', 'in_progress', i.percent, i.flag, i.lead_unit, today, moment);
    INSERT INTO report
        (item, version, unit, post, part, percent, text, correction, effective_on, recorded_at)
    VALUES
        (i.id, i.version, i.lead_unit, i.lead_unit, 'lead', i.percent,
         '设备已到货，9月15日调试（记' || p_key || '）', false, today, moment);
    INSERT INTO audit (at, action, actor_post, actor_account, item, details)
    VALUES
        (moment, 'report', i.lead_unit, NULL, i.id,
         jsonb_build_object('part', 'lead', 'percent', i.percent, 'version', i.version, 'correction', false));
    INSERT INTO outbox
        (kind, lane, platform, chat, thread, audience_unit, press_id, payload, warnings,
         on_doubt, not_before, expires_at, created_at)
    VALUES
        ('answer', 'chat', 'telegram', '51000000' || p_number % 40, NULL, NULL, NULL,
         '{"text": [{"strong": "✅ 已登记"}, {"plain": " 第 1016 项"}, {"plain": "「第1016项：污水处理厂提标改造滞后，溢流污水入河」"}, {"plain": "\n进度 26% → 27%"}, {"plain": "\n说明：设备已到货，9月15日调试（记1234567）"}, {"plain": "\n期限 2027-06-12（还有 200 天） 🟢 正常"}], "reply_to": "12345"}',
         NULL, 'repeat', NULL, NULL, moment);
    RETURN true;
END
$body$
"#;

/// Keys stay apart from round to round.
const KEYS_A_ROUND: u64 = 10_000_000_000;

/// Every client keeps to its own items (as contacts do) or meets the others anywhere; 5 % repeats.
fn script(arguments: &Arguments) -> String {
    let (items, clients) = (arguments.items, CLIENTS);
    let item = match arguments.shared_items {
        true => format!("random(1, {items})"),
        false => format!("1 + :client_id + {clients} * random(0, ({items} - 1 - :client_id) / {clients})"),
    };
    format!(
        "\\set n case when :n = 0 or random(1, 20) > 1 then :n + 1 else :n end\n\
         \\set key :base + :n * {clients} + :client_id\n\
         \\set item {item}\n\
         SELECT bench_report(:key, :item);\n"
    )
}

/// One round of pgbench.
pub async fn round(arguments: &Arguments, world: &World, database: &str, turn: u32) -> Result<Side> {
    let socket = PgConnectOptions::from_str(&world.url(database)?)?.get_socket().cloned();
    let socket = socket.context("the server has no socket")?;
    let bin = Binaries::find(pg_bin().as_deref())?.bin;
    let folder = world.folder().join(format!("pgbench-{turn}"));
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("script.sql"), script(arguments))?;
    let total = arguments.warm_up + arguments.seconds;
    let mut command = Command::new(bin.join("pgbench"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    command.current_dir(&folder).args(["-n", "-M", "prepared", "-j", "2", "-P", "1", "-l"]);
    command.args(["-f", "script.sql", "-U", "duban", "-h"]).arg(socket);
    command.args(["-c", &CLIENTS.to_string(), "-T", &total.to_string()]);
    command.arg(format!("--sampling-rate={SAMPLE}"));
    command.args(["-D", "n=0", "-D", &format!("base={}", u64::from(turn) * KEYS_A_ROUND)]);
    if let Some(rate) = arguments.rate {
        command.args(["-R", &rate.to_string()]);
    }
    command.arg(database).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let child = command.kill_on_drop(true).spawn().context("cannot start pgbench")?;
    let pgbench = child.id().map(|pid| Pid::from_raw(pid.cast_signed())).context("pgbench has ended")?;
    let output = tokio::spawn(child.wait_with_output());
    tokio::time::sleep_until((begun + arguments.warm_up()).into()).await;
    let postmaster = world.postmaster()?;
    let before = (process::cpu(pgbench), process::cpu_with_children(postmaster));
    // The helpers must still live when the clock stops, or what they used is found nowhere.
    let watched = arguments.length().mul_f64(0.9);
    tokio::time::sleep(watched).await;
    let after = (process::cpu(pgbench), process::cpu_with_children(postmaster));
    let output = output.await??;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "pgbench failed: {said}");
    let figures = read(arguments, &folder, &said)?;
    let updates = figures.per_second * watched.as_secs_f64();
    let micros = |after: std::time::Duration, before| (after - before).as_micros() as f64 / updates;
    Ok(Side { driver_micros: micros(after.0, before.0), database_micros: micros(after.1, before.1), figures })
}

/// Transactions per second from the progress lines, latencies from the sampled logs, both after the
/// warm-up.
fn read(arguments: &Arguments, folder: &Path, progress: &str) -> Result<Figures> {
    let warm_up = f64::from(arguments.warm_up);
    // progress: 4.0 s, 6543.2 tps, lat 4.878 ms stddev 2.115, 0 failed
    let rates: Vec<f64> = progress
        .lines()
        .filter_map(|line| line.strip_prefix("progress: ")?.split_once(" s, "))
        .filter(|(at, _)| at.parse::<f64>().is_ok_and(|at| at > warm_up + 0.5))
        .filter_map(|(_, rest)| rest.split_once(" tps")?.0.parse().ok())
        .collect();
    ensure!(!rates.is_empty(), "pgbench told no progress: {progress}");
    let mut entries: Vec<(u64, u32)> = Vec::new();
    for file in std::fs::read_dir(folder)?.flatten() {
        if file.file_name().to_string_lossy().starts_with("pgbench_log.") {
            entries.extend(std::fs::read_to_string(file.path())?.lines().filter_map(entry));
        }
    }
    let first = entries.iter().map(|(at, _)| *at).min().unwrap_or_default();
    let from = first + arguments.warm_up().as_micros() as u64;
    let micros = entries.into_iter().filter(|(at, _)| *at >= from).map(|(_, micros)| micros).collect();
    Ok(Figures::new(rates.iter().sum::<f64>() / rates.len() as f64, micros))
}

/// `client transaction micros script seconds microseconds …`: when it ended, and how long it took.
fn entry(line: &str) -> Option<(u64, u32)> {
    let mut words = line.split(' ').skip(2);
    let micros = words.next()?.parse().ok()?;
    let seconds: u64 = words.nth(1)?.parse().ok()?;
    let rest: u64 = words.next()?.parse().ok()?;
    Some((seconds * 1_000_000 + rest, micros))
}
