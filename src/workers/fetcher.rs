//! The fetcher: takes jobs that are due, downloads what people sent and keeps it in the folder. No
//! transaction is held while a file is on its way; a crash leaves a job that is taken again and a half file
//! that nobody will ever find under a name that counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use chrono::TimeDelta;
use futures_util::future::join_all;
use uuid::Uuid;

use super::{Stop, not_before, rest};
use crate::app::App;
use crate::domain::attachment::{FileNext, FileState, JobKind, Kept, MOST_BYTES, Settled, Shape, TAKEN};
use crate::domain::decision::{Aggregate, Audience, Decision, Effect, Fate, Origin, Reply};
use crate::domain::{Lang, Message};
use crate::files::{Folder, Refused, Unkept};
use crate::platforms::Fetched;
use crate::say;
use crate::store::files::{self, ToFetch};
use crate::store::jobs::{self, End, Taken};

/// How often it looks by itself: a file may wait so long.
const EVERY: Duration = Duration::from_secs(2);
/// How often it looks for what was left half.
const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
/// What it takes.
const KINDS: &[JobKind] = &[JobKind::Fetch, JobKind::Discard];
/// Files on their way at once.
const AT_ONCE: i64 = 2;
/// A job is ours so long; a download ends before.
const LEASE: Duration = Duration::from_secs(300);
const MARGIN: Duration = Duration::from_secs(30);
/// Tries of one file: with doubling pauses about five hours.
const TRIES: i32 = 10;
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(15);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);
/// Tries of a commit that meets changes of others.
const COMMITS: usize = 5;

/// Runs until stopped, and gives back what it has in hand then.
pub async fn run(app: Arc<App>, mut stop: Stop) {
    let fetcher = Fetcher::new(Arc::clone(&app));
    let mut stopping = stop.clone();
    let mut swept = None::<Instant>;
    loop {
        if swept.is_none_or(|swept| swept.elapsed() > SWEEP_EVERY) {
            swept = Some(Instant::now());
            let folder = fetcher.folder.clone();
            if let Ok(Err(error)) = tokio::task::spawn_blocking(move || folder.sweep()).await {
                tracing::warn!("what was left half in the folder of files stays there: {error}");
            }
        }
        let done = tokio::select! {
            done = fetcher.step() => done,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        match done {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!("the fetcher goes on at its next turn: {error:#}"),
        }
        if rest(EVERY, &mut stop).await {
            break;
        }
    }
    if let Err(error) = jobs::free(&app.work, Some(fetcher.owner)).await {
        tracing::debug!("the jobs' leases run out by themselves: {error}");
    }
}

/// Takes jobs under a name of its own.
pub struct Fetcher {
    app: Arc<App>,
    owner: Uuid,
    folder: Folder,
}

impl Fetcher {
    pub fn new(app: Arc<App>) -> Fetcher {
        let folder = Folder::of(&app.settings.data_dir);
        Fetcher { app, owner: Uuid::now_v7(), folder }
    }

    /// Takes a few jobs and tries each once; returns how many. Tests drive this.
    pub async fn step(&self) -> anyhow::Result<usize> {
        self.gather_strays().await?;
        let length = TimeDelta::from_std(LEASE)?;
        let taken = jobs::take(&self.app.work, KINDS, self.owner, length, AT_ONCE).await?;
        for ended in join_all(taken.iter().map(|job| self.attempt(job))).await {
            ended?;
        }
        Ok(taken.len())
    }

    async fn attempt(&self, job: &Taken) -> anyhow::Result<()> {
        let tried = tokio::time::timeout(LEASE - MARGIN, async {
            match job.kind {
                JobKind::Fetch => self.fetch(job).await,
                JobKind::Discard => self.discard(job).await,
                // The clerk's.
                JobKind::Document => Ok(End::Done),
            }
        });
        let end = match tried.await {
            Ok(Ok(end)) => end,
            Ok(Err(error)) => {
                tracing::warn!(subject = %job.subject, "a job is tried again: {error:#}");
                End::Again { wait: pause(job.attempts), reason: "our own trouble".into(), is_free: true }
            }
            Err(_elapsed) => self.again(job, "it took too long".to_owned()).await?,
        };
        jobs::end(&self.app.work, job, self.owner, &end).await?;
        Ok(())
    }

    async fn fetch(&self, job: &Taken) -> anyhow::Result<End> {
        let Some(row) = files::to_fetch(&self.app.read, job.subject).await? else { return Ok(End::Done) };
        if row.state != FileState::Waiting {
            return Ok(End::Done);
        }
        let Some(platform) = self.app.platform(&row.chat.platform) else {
            return self.again(job, "the platform is not open".to_owned()).await;
        };
        let (part, file) = match self.folder.begin() {
            Ok(begun) => begun,
            Err(error) => bail!("the folder of files cannot be written: {error}"),
        };
        let mut to = tokio::fs::File::from_std(file);
        let fetched = platform.fetch(&row.file, MOST_BYTES, &mut to).await;
        drop(to);
        match fetched {
            Fetched::Done => {}
            Fetched::Wait(wait) => {
                let wait = TimeDelta::from_std(wait).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
                return Ok(End::Again { wait, reason: "the platform asked to wait".into(), is_free: true });
            }
            Fetched::Again(why) => return self.again(job, why).await,
            Fetched::Gone(why) => {
                self.settle(job, failed("gone")).await?;
                return Ok(End::Dead { reason: why });
            }
            Fetched::TooBig => {
                self.settle(job, unkept(Unkept::TooBig)).await?;
                return Ok(End::Done);
            }
        }
        let (folder, name) = (self.folder.clone(), row.name.clone());
        let kept = tokio::task::spawn_blocking(move || folder.keep(&part, &name, MOST_BYTES)).await?;
        let settled = match kept {
            Ok(arrived) => Settled {
                state: FileState::Stored,
                kept: Some(Kept { sha256: arrived.sha256, bytes: arrived.bytes, mime: arrived.kind.mime }),
                reason: "",
            },
            Err(Refused::Kind(why)) => unkept(why),
            Err(Refused::Disk(error)) => bail!("the folder of files: {error}"),
        };
        self.settle(job, settled).await?;
        Ok(End::Done)
    }

    /// Another try after a pause, or the end of trying.
    async fn again(&self, job: &Taken, why: String) -> anyhow::Result<End> {
        if job.attempts < TRIES {
            return Ok(End::Again { wait: pause(job.attempts), reason: why, is_free: false });
        }
        if job.kind == JobKind::Fetch {
            self.settle(job, failed("given_up")).await?;
        }
        Ok(End::Dead { reason: why })
    }

    /// What should not have been kept leaves the folder, unless somebody else sent the same.
    async fn discard(&self, job: &Taken) -> anyhow::Result<End> {
        let Some(row) = files::to_fetch(&self.app.read, job.subject).await? else { return Ok(End::Done) };
        let Some(sha256) = row.sha256.filter(|_| row.state == FileState::Refused) else {
            return Ok(End::Done);
        };
        self.drop_content(&sha256).await?;
        let settled = Settled { state: FileState::Refused, kept: None, reason: "secret_mark" };
        self.commit(job, &row.version, settled, None).await?;
        Ok(End::Done)
    }

    async fn drop_content(&self, sha256: &str) -> anyhow::Result<()> {
        if !files::is_kept(&self.app.read, sha256).await? {
            let (folder, sha256) = (self.folder.clone(), sha256.to_owned());
            tokio::task::spawn_blocking(move || folder.remove(&sha256)).await??;
        }
        Ok(())
    }

    /// Writes how it ended, and tells whoever sent the file when it is not there in the end.
    async fn settle(&self, job: &Taken, settled: Settled) -> anyhow::Result<()> {
        for _ in 0..COMMITS {
            let row = files::to_fetch(&self.app.read, job.subject).await?;
            let Some(row) = row.filter(|row| row.state == FileState::Waiting) else {
                // Refused while it was on its way.
                if let Some(kept) = &settled.kept {
                    self.drop_content(&kept.sha256).await?;
                }
                return Ok(());
            };
            let reply = match settled.state {
                FileState::Stored => None,
                _ => Some(self.tell(&row, &settled).await?),
            };
            if self.commit(job, &row.version, settled.clone(), reply).await? {
                return Ok(());
            }
        }
        bail!("others keep changing this file");
    }

    /// `false`: the file has changed meanwhile.
    async fn commit(
        &self,
        job: &Taken,
        version: &i32,
        settled: Settled,
        reply: Option<Reply>,
    ) -> anyhow::Result<bool> {
        let key = format!("{}/{}/{}", job.kind.code(), job.subject, job.attempts);
        let origin = Origin { account: "job".into(), key };
        let mut decision = Decision::new(origin, self.app.clock.now())
            .changing(Aggregate::File, job.subject, *version)
            .with(Effect::FileSettled { file: job.subject, settled });
        decision.replies.extend(reply);
        match self.app.desk.committer.commit(decision).await? {
            Fate::Committed | Fate::Repeat => Ok(true),
            Fate::Conflict => Ok(false),
            Fate::Refused(constraint) => bail!("a file was refused by {constraint}"),
        }
    }

    /// In the chat where the file was sent; at night only when it was sent a moment ago.
    async fn tell(&self, row: &ToFetch, settled: &Settled) -> anyhow::Result<Reply> {
        let message = Message::plain(sentence(row, settled.reason, row.lang));
        let not_before = not_before(&self.app, row.sent_at).await?;
        Ok(Reply { not_before, ..Reply::answer(Audience::Chat(row.chat.clone()), message) })
    }

    /// Two pieces of an album crossed each other: the one without a place follows the other.
    async fn gather_strays(&self) -> anyhow::Result<()> {
        for (stray, placed) in files::strays(&self.app.read).await? {
            let origin =
                Origin { account: "job".into(), key: format!("stray/{}/{}", stray.id, stray.version) };
            let next = match placed.state {
                FileState::Refused => FileNext { state: FileState::Refused, ..stray.next() },
                _ => FileNext { place: placed.place, stage: placed.stage, ..stray.next() },
            };
            let decision = Decision::new(origin, self.app.clock.now()).moving(&stray, next);
            // A conflict: somebody has placed it meanwhile.
            self.app.desk.committer.commit(decision).await?;
        }
        Ok(())
    }
}

fn failed(reason: &'static str) -> Settled {
    Settled { state: FileState::Failed, kept: None, reason }
}

fn unkept(why: Unkept) -> Settled {
    let reason = match why {
        Unkept::TooBig => "too_big",
        Unkept::Unknown => "kind",
        Unkept::Macros => "macros",
        Unkept::OtherName => "other_name",
    };
    Settled { state: FileState::Unkept, kept: None, reason }
}

fn pause(attempts: i32) -> TimeDelta {
    (FIRST_PAUSE * (1 << (attempts - 1).clamp(0, 10))).min(LONGEST_PAUSE)
}

/// Why a file is not there, with what to do.
fn sentence(row: &ToFetch, reason: &str, lang: Lang) -> String {
    let shape = row.shape.word().pick(lang);
    let name = match (row.shape, row.name.as_str()) {
        (Shape::Photo, _) | (_, "") => shape.to_owned(),
        (_, name) => say!(lang, "{shape}「{name}」", "{shape} “{name}”"),
    };
    let what = match row.number {
        Some(number) => say!(lang, "第 {number} 项的{name}", "The {name} of item {number}"),
        None => say!(lang, "刚才的{name}", "The {name} you sent"),
    };
    match reason {
        "too_big" => say!(
            lang,
            "{what}超过 20 MB，没有保存。请压缩或分成几份再发。",
            "{what} is over 20 MB and was not kept. Make it smaller, or send it in parts."
        ),
        "macros" => say!(
            lang,
            "{what}含有宏，没有保存。请另存为不含宏的格式或 PDF 再发。",
            "{what} has macros and was not kept. Save it without macros, or as PDF, and send it again."
        ),
        "other_name" => say!(
            lang,
            "{what}内容与后缀不符，没有保存。请核对文件后重发。",
            "{what} is not what its name says and was not kept. Please check it and send it again."
        ),
        "kind" => {
            let taken = TAKEN.pick(lang);
            say!(lang, "{what}没有保存：{taken}。", "{what} was not kept: {taken}.")
        }
        _ => say!(lang, "{what}没有取到，请重发。", "{what} could not be fetched; please send it again."),
    }
}
