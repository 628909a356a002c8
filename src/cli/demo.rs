//! `duban demo`: everything at once, for a visitor: an embedded PostgreSQL in a folder of its own, the
//! sample ledger with its history, people to sit down as, and the service on loopback.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use metrics_exporter_prometheus::PrometheusBuilder;
use uuid::Uuid;

use super::database::{Database, step_name};
use super::import::spinner;
use super::stop::{Stop, interrupted};
use super::{sample, serve, tell};
use crate::app::{Clock, real_now};
use crate::cluster::ServiceLock;
use crate::config::Settings;
use crate::domain::code;
use crate::domain::decision::{CodeFor, Decision, Effect, Fate, NewHolder, Origin};
use crate::domain::notice::effects::NoticeEffect;
use crate::domain::{Lang, Now};
use crate::service::Plan;
use crate::store::commit::{Committer, Surroundings};
use crate::store::{calendar, migrations, people, pools};

/// Who a visitor can sit down as: account, unit, post.
const PERSONAS: &[(&str, &str, &str)] = &[
    ("demo-ziyan", "紫岩县", "紫岩县联络员A"),
    ("demo-binjiang", "滨江区", "滨江区联络员A"),
    ("demo-office", "市整改办", "调度专员A"),
    ("demo-office-b", "市整改办", "调度专员B"),
    ("demo-vicemayor", "市整改领导小组", "分管城建副市长"),
];

/// How the office signs: 代字 and name.
const AGENCY: (&str, &str) = ("安整改办", "安澜市环保督察整改办");

pub async fn run(mut settings: Settings, fresh: bool, stop: &mut Stop) -> anyhow::Result<ExitCode> {
    // The demo keeps to itself: its own folder, its own database, this machine alone, no chat platform.
    settings.database_url = None;
    settings.telegram_token = None;
    settings.data_dir = settings.data_dir.join("demo");
    if !settings.listen.ip().is_loopback() {
        settings.listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), settings.listen.port());
        tell(format_args!("演示只在本机打开：{} / the demo keeps to this machine", settings.listen));
    }
    let _lock = ServiceLock::take(&settings.data_dir)?;
    let progress = spinner("{spinner} {msg} · {elapsed}").with_message("准备演示 / preparing the demo");
    progress.enable_steady_tick(std::time::Duration::from_millis(100));
    let show = |step: &'static str| match progress.is_hidden() {
        true => tell(step),
        false => progress.set_message(step),
    };
    let folder = settings.data_dir.clone();
    let opening = |step| show(step_name(step));
    let opened = stop.unless(Database::embedded(&settings, &folder, &opening)).await;
    let Some(database) = opened.transpose()? else { return Ok(interrupted()) };
    let prepared = stop.unless(prepare(&database, fresh, &show)).await;
    progress.finish_and_clear();
    let outcome = match prepared {
        None => Ok(interrupted()),
        Some(Err(error)) => Err(error),
        Some(Ok(clock)) => present(settings, &database, clock, stop).await,
    };
    database.close().await?;
    outcome
}

/// Runs the service until Ctrl-C, and keeps where its clock stands then.
async fn present(
    settings: Settings,
    database: &Database,
    clock: Clock,
    stop: &mut Stop,
) -> anyhow::Result<ExitCode> {
    let plan = Plan {
        database_url: database.url.clone(),
        clock: clock.clone(),
        is_demo: true,
        poll: false,
        figures: Some(PrometheusBuilder::new().install_recorder()?),
        settings,
    };
    let outcome = serve::until_stopped(plan, stop, |service| {
        tell(format_args!(
            "督办演示已就绪，用浏览器打开 / the demo is ready, open: http://{}",
            service.address
        ));
        tell("Ctrl-C 停止；再次运行接着用，--fresh 重新开始 / Ctrl-C stops; --fresh starts over");
    })
    .await;
    calendar::keep_ledger_clock(&database.work, clock.now().utc).await?;
    outcome
}

/// Brings the database to where the demo begins, or leaves it where it stopped last.
async fn prepare(database: &Database, fresh: bool, step: &dyn Fn(&'static str)) -> anyhow::Result<Clock> {
    if fresh {
        step("清空上次的演示数据 / starting over");
        migrations::wipe(&database.work).await?;
    }
    step("建立数据表 / making the tables");
    migrations::run(&database.work).await?;
    if let Some(stood_at) = calendar::ledger_clock(&database.read).await? {
        return Ok(Clock::showing(stood_at));
    }
    step("导入样例台账 60 项和历史 / importing the sample ledger");
    sample::load(&database.work).await?;
    step("安排人员入座 / seating the people");
    seat(&database.url).await?;
    // Written last: a demo that was interrupted while preparing prepares again.
    calendar::keep_ledger_clock(&database.work, sample::beginning().utc).await?;
    Ok(Clock::showing(sample::beginning().utc))
}

/// Binds each persona as a person is bound: by a code, which is used up at once.
pub async fn seat(url: &str) -> anyhow::Result<()> {
    let options = pools::options(url)?;
    let read = pools::read(&options);
    let around = Surroundings { real_now, ring: std::sync::Arc::new(|| ()) };
    let committer = Committer::start(pools::commit_options(&options), 1, around);
    let now: Now = sample::beginning();
    for (account, unit, title) in PERSONAS {
        let unit = people::units_called(&read, unit).await?.pop();
        let posts = match &unit {
            Some(unit) => people::posts_of(&read, unit.id).await?,
            None => Vec::new(),
        };
        let Some(post) = posts.into_iter().find(|post| post.title == *title) else {
            anyhow::bail!("样例里没有岗位 {title} / the sample has no such post");
        };
        let id = Uuid::now_v7();
        let Some((_, code)) = code::fresh(&rand::random(), id, post.id, CodeFor::Invite, now) else {
            anyhow::bail!("随机数不够，请再试一次 / the random generator failed: try again");
        };
        let holder = NewHolder {
            id: Uuid::now_v7(),
            post: post.id,
            platform: "room".to_owned(),
            account: (*account).to_owned(),
            display_name: post.title.clone(),
            lang: Lang::Zh,
            bound_at: now.utc,
        };
        let decision = Decision::new(Origin { account: "demo".into(), key: (*account).to_owned() }, now)
            .with(Effect::CodeIssued(code))
            .with(Effect::HolderBound { holder, code: id });
        match committer.commit(decision).await? {
            Fate::Committed | Fate::Repeat => {}
            fate => anyhow::bail!("{title}：{fate:?}"),
        }
    }
    let (abbr, name) = AGENCY;
    let agency = NoticeEffect::AgencySet { abbr: abbr.to_owned(), name: name.to_owned() };
    let decision = Decision::new(Origin { account: "demo".into(), key: "agency".into() }, now)
        .with(Effect::Notice(agency));
    match committer.commit(decision).await? {
        Fate::Committed | Fate::Repeat => Ok(()),
        fate => anyhow::bail!("代字 {abbr}：{fate:?}"),
    }
}
