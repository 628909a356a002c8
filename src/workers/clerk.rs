//! The clerk: makes the documents that were asked for, one at a time, and gives each to the chat where it was
//! asked for. Nothing is locked while it writes; a crash leaves a job that is taken again and half a file that
//! nobody will find under a name that counts.

use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Stop, not_before, rest};
use crate::app::App;
use crate::domain::attachment::{JobKind, tidy_name};
use crate::domain::basis::Threshold;
use crate::domain::decision::{Audience, Decision, Effect, Fate, Origin, Reply};
use crate::domain::document::{About, Enclosed, MadeDocument, NewDocument};
use crate::domain::split::CAPTION;
use crate::domain::{Basis, Button, Message, Now};
use crate::exports::{self, Call, Export, Unmade, Written};
use crate::files::Folder;
use crate::say;
use crate::store;
use crate::store::documents::{self, ToMake};
use crate::store::jobs::{self, End, Taken};

/// How often it looks by itself: a document waits so long before it is begun.
const EVERY: Duration = Duration::from_secs(1);
/// A job is ours so long, and kept while it is written.
const LEASE: TimeDelta = TimeDelta::seconds(120);
const KEEP_EVERY: Duration = Duration::from_secs(30);
/// Tries of one document.
const TRIES: i32 = 3;
const PAUSE: TimeDelta = TimeDelta::seconds(20);

/// Runs until stopped, and gives back what it has in hand then.
pub async fn run(app: Arc<App>, mut stop: Stop) {
    let clerk = Clerk::new(Arc::clone(&app));
    let mut stopping = stop.clone();
    loop {
        let done = tokio::select! {
            done = clerk.step() => done,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        match done {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!("the clerk goes on at the next turn: {error:#}"),
        }
        if rest(EVERY, &mut stop).await {
            break;
        }
    }
    if let Err(error) = jobs::free(&app.work, Some(clerk.owner)).await {
        tracing::debug!("the jobs' leases run out by themselves: {error}");
    }
}

/// Takes jobs under a name of its own.
pub struct Clerk {
    app: Arc<App>,
    owner: Uuid,
    folder: Folder,
    /// How often it makes sure that a long document is still its own, and the first time says that it takes
    /// long.
    pub keep_every: Duration,
}

impl Clerk {
    pub fn new(app: Arc<App>) -> Clerk {
        let folder = Folder::of(&app.settings.data_dir);
        Clerk { app, owner: Uuid::now_v7(), folder, keep_every: KEEP_EVERY }
    }

    /// Takes one job and tries it; returns how many. Tests drive this.
    pub async fn step(&self) -> anyhow::Result<usize> {
        let taken = jobs::take(&self.app.work, &[JobKind::Document], self.owner, LEASE, 1).await?;
        for job in &taken {
            let end = match self.attempt(job).await {
                Ok(end) => end,
                Err(error) => {
                    tracing::warn!(document = %job.subject, "a document is tried again: {error:#}");
                    End::Again { wait: PAUSE, reason: "our own trouble".into(), is_free: true }
                }
            };
            jobs::end(&self.app.work, job, self.owner, &end).await?;
        }
        Ok(taken.len())
    }

    /// An error is trouble around us: nothing is known about the document then.
    async fn attempt(&self, job: &Taken) -> anyhow::Result<End> {
        let Some(document) = documents::to_make(&self.app.read, job.subject).await? else {
            return Ok(End::Done);
        };
        let Some(export) = exports::find(&document.asked.paper) else {
            // A newer program has put it in line, and will take it.
            let reason = "this version does not know the paper".to_owned();
            return Ok(End::Again { wait: PAUSE, reason, is_free: true });
        };
        let error = match self.write(job, export, &document).await? {
            Ok(written) => {
                let message = self.given(export, &document.asked, &written);
                let effect = Effect::DocumentMade { document: job.subject, made: Box::new(written.made) };
                self.commit(&document, Some(effect), message).await?;
                return Ok(End::Done);
            }
            Err(error) => error,
        };
        let reason = format!("{error:#}");
        if is_passing(&error) {
            return Ok(End::Again { wait: PAUSE, reason, is_free: true });
        }
        let told = error.downcast_ref::<Unmade>().map(|unmade| unmade.0.pick(document.asked.lang).to_owned());
        if told.is_none() && job.attempts < TRIES {
            tracing::warn!(document = %job.subject, "a document is tried again: {reason}");
            return Ok(End::Again { wait: PAUSE, reason, is_free: false });
        }
        match told {
            Some(_) => tracing::info!(document = %job.subject, "there is no such document to make: {reason}"),
            None => tracing::error!(document = %job.subject, "a document could not be made: {reason}"),
        }
        let message = failed(export, &document.asked, told);
        let effect = Effect::DocumentFailed { document: job.subject, reason: reason.clone() };
        self.commit(&document, Some(effect), message).await?;
        Ok(End::Dead { reason })
    }

    /// Writes it on a thread of its own, for packing a large file takes its time. Errors outside are ours, those
    /// inside are the document's.
    async fn write(
        &self,
        job: &Taken,
        export: &'static Export,
        document: &ToMake,
    ) -> anyhow::Result<anyhow::Result<Finished>> {
        let rows = Arc::new(AtomicU64::new(0));
        let (app, folder, asked) = (Arc::clone(&self.app), self.folder.clone(), document.asked.clone());
        let counted = Arc::clone(&rows);
        let runtime = tokio::runtime::Handle::current();
        let mut writing = tokio::task::spawn_blocking(move || {
            runtime.block_on(finish(&app, &folder, export, &asked, &counted))
        });
        let mut is_told = false;
        loop {
            tokio::select! {
                ended = &mut writing => match ended {
                    Ok(written) => return Ok(written),
                    Err(panicked) => return Ok(Err(panicked.into())),
                },
                () = tokio::time::sleep(self.keep_every) => {}
            }
            if !jobs::keep(&self.app.work, job, self.owner, LEASE).await? {
                bail!("somebody else has taken the job");
            }
            if !std::mem::replace(&mut is_told, true) {
                let (lang, rows) = (document.asked.lang, rows.load(Ordering::Relaxed));
                let title = export.paper.title.pick(lang);
                let message = say!(
                    lang,
                    "「{title}」还在做，已写 {rows} 行，做好发到这里。",
                    "“{title}” is still being made, {rows} rows so far; it comes here when it is ready."
                );
                self.commit(document, None, Message::plain(message)).await?;
            }
        }
    }

    /// The message with the document.
    fn given(&self, export: &Export, asked: &NewDocument, finished: &Finished) -> Message {
        let lang = asked.lang;
        let (title, label, file) = (export.paper.title.pick(lang), &asked.label, &finished.made.file);
        let as_of = match asked.as_of == finished.now.today() {
            true => finished.now.spoken(),
            false => asked.as_of.to_string(),
        };
        let mut said = say!(lang, "「{title}」{label}，截至 {as_of}。", "“{title}” {label}, as of {as_of}.");
        if !finished.note.is_empty() {
            said = format!("{said}\n{}", finished.note);
        }
        let limit =
            self.app.platform(&asked.chat.platform).map_or(u64::MAX, |platform| platform.file_limit());
        if file.bytes <= limit {
            return Message { file: Some(Box::new(file.clone())), ..Message::plain(said) };
        }
        let (mib, most) = (file.bytes.div_ceil(1 << 20), limit >> 20);
        Message::plain(say!(
            lang,
            "{said}\n文件有 {mib} MB，超过这个平台能发的 {most} MB。请到内置聊天室里要同一份，或请维护人员从数据目录取。",
            "{said}\nIt has {mib} MB, over the {most} MB this platform takes. Ask for it in the built-in room, or have it fetched from the data folder."
        ))
    }

    /// Writes how it ended and what is said of it, once.
    async fn commit(
        &self,
        document: &ToMake,
        effect: Option<Effect>,
        message: Message,
    ) -> anyhow::Result<()> {
        let what = if effect.is_some() { "end" } else { "slow" };
        let key = format!("document/{}/{what}", document.asked.id);
        let not_before = not_before(&self.app, document.asked_at).await?;
        let mut decision = Decision::new(Origin { account: "job".into(), key }, self.app.clock.now());
        decision.effects.extend(effect);
        for part in message.parts(CAPTION) {
            let reply = Reply::answer(Audience::Chat(document.asked.chat.clone()), part);
            decision.replies.push(Reply { not_before, ..reply });
        }
        match self.app.desk.committer.commit(decision).await? {
            Fate::Committed | Fate::Repeat => Ok(()),
            Fate::Conflict => bail!("a document that changes nothing met a conflict"),
            Fate::Refused(constraint) => bail!("a document was refused by {constraint}"),
        }
    }
}

/// A document that is in the folder.
struct Finished {
    made: MadeDocument,
    note: String,
    /// Up to when the ledger was read.
    now: Now,
}

/// Writes a document and keeps it.
async fn finish(
    app: &App,
    folder: &Folder,
    export: &Export,
    asked: &NewDocument,
    rows: &AtomicU64,
) -> anyhow::Result<Finished> {
    let now = app.clock.now();
    let basis = app.desk.basis.fresh(&app.read).await?;
    let mut db = app.read.acquire().await?;
    let (part, file) = folder.begin().context("the folder of files cannot be written")?;
    let mut out = BufWriter::new(file);
    let Written { rows, figures, note } = (export.write)(Call {
        db: &mut db,
        round: asked.round,
        subject: asked.subject,
        as_of: asked.as_of,
        now,
        basis: &basis,
        format: asked.format,
        data_dir: &app.settings.data_dir,
        out: &mut out,
        rows,
    })
    .await?;
    out.flush()?;
    drop(out);
    let (sha256, bytes) = folder.keep_own(&part)?;
    let file = Enclosed { sha256, name: name(export, asked), mime: asked.format.mime().to_owned(), bytes };
    let made = MadeDocument { file, rows, basis: frozen(&basis, asked.round), figures };
    Ok(Finished { made, note, now })
}

/// `项目卡_第16项_20180831.docx`
fn name(export: &Export, asked: &NewDocument) -> String {
    let (title, label, day) = (export.paper.title.zh, &asked.label, asked.as_of.format("%Y%m%d"));
    let middle = if label.is_empty() { String::new() } else { format!("_{label}") };
    // A label may be what people call a round.
    tidy_name(&format!("{title}{middle}_{day}.{}", asked.format.code()).replace(['/', '\\'], "-"))
}

/// 口径: what a document was counted by.
fn frozen(basis: &Basis, round: Uuid) -> Value {
    let thresholds: serde_json::Map<String, Value> = Threshold::all()
        .map(|threshold| (threshold.spec().code.to_owned(), json!(basis.of(round).all(threshold))))
        .collect();
    json!({ "version": basis.version, "thresholds": thresholds })
}

/// The database's state, not the document: but a question that took too long takes as long again.
fn is_passing(error: &anyhow::Error) -> bool {
    error.downcast_ref::<sqlx::Error>().is_some_and(|error| {
        let too_long = error.as_database_error().is_some_and(|db| db.code().as_deref() == Some("57014"));
        store::commit::is_passing(error) && !too_long
    })
}

/// Why there is none, with a button to ask again.
fn failed(export: &Export, asked: &NewDocument, told: Option<String>) -> Message {
    let lang = asked.lang;
    let (title, label) = (export.paper.title.pick(lang), &asked.label);
    let why = told.unwrap_or_else(|| {
        let reference = &asked.id.simple().to_string()[24..];
        say!(
            lang,
            "原因已记下（编号 {reference}）。请稍后再试；还不行，请把编号告诉维护人员。",
            "the reason is on record ({reference}). Try again later; if it fails again, tell the administrator this number."
        )
    });
    let again = [export.paper.words[0], asked.format.code()].join(" ");
    let again = match (asked.subject, export.paper.of) {
        (Some(_), _) => format!("导出 {} {label}", export.paper.words[0]),
        (None, About::Day) => format!("导出 {again} {}", asked.as_of),
        _ => format!("导出 {again}"),
    };
    Message::plain(say!(lang, "「{title}」{label}没有做成：{why}", "“{title}” {label} was not made: {why}"))
        .row([Button::new(say!(lang, "再试", "Again"), again)])
}
