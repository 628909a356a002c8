//! What `/proc` says of a process: processor time used and memory held.

use std::fs;
use std::time::Duration;

use nix::unistd::Pid;

/// The kernel counts processor time for `/proc` in hundredths of a second, on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of a process so far.
pub fn cpu(pid: Pid) -> Duration {
    ticks(pid, &[13, 14])
}

/// The same of a server with its helpers, those that have ended included.
pub fn cpu_with_children(pid: Pid) -> Duration {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    ticks(pid, &[13, 14, 15, 16]) + children.map(|child| cpu(Pid::from_raw(child))).sum::<Duration>()
}

/// A line of `/proc/…/status` that counts memory, in MiB: `VmRSS` now, `VmHWM` at its highest.
pub fn memory(pid: Pid, line: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let found = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
    let kib = found.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

/// The sum of some numbers of `/proc/…/stat`, counted from zero. The program's name stands in brackets
/// and may hold anything.
fn ticks(pid: Pid, places: &[usize]) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let numbers: Vec<&str> = after_name.split_whitespace().collect();
    let at = |place: &usize| numbers.get(place - 2).and_then(|number| number.parse::<u32>().ok());
    TICK * places.iter().filter_map(at).sum()
}
