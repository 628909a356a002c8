//! Ctrl-C, SIGTERM and a closing terminal, heard from the first moment on: whatever a command is doing,
//! the database it started is stopped with it.

use std::io::IsTerminal;
use std::process::ExitCode;

use nix::sys::signal::Signal;
use tokio::signal::unix::{self, SignalKind, signal};

use super::tell;

/// What shells report for a command that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Hears when we are told to stop.
pub struct Stop {
    interrupt: unix::Signal,
    terminate: unix::Signal,
    /// `None` away from a terminal: there `nohup` may have asked that its end be ignored.
    hangup: Option<unix::Signal>,
}

impl Stop {
    pub fn listen() -> std::io::Result<Stop> {
        let at_terminal = std::io::stderr().is_terminal();
        Ok(Stop {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: at_terminal.then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    /// Waits until we are told to stop, and says by which signal.
    pub async fn asked(&mut self) -> Signal {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Signal::SIGINT,
            _ = self.terminate.recv() => Signal::SIGTERM,
            _ = hangup => Signal::SIGHUP,
        }
    }

    /// Does the work unless we are told to stop first. Work that is dropped half-way stops its database.
    pub async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            _ = self.asked() => None,
        }
    }
}

/// What a command ends with that was told to stop before it was done.
pub fn interrupted() -> ExitCode {
    tell("已中断 / interrupted");
    ExitCode::from(INTERRUPTED)
}
