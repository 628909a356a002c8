//! Where and when something was measured, as tables tell it.

use chrono_tz::Asia::Shanghai;
use duban::app::real_now;

/// The processor, its number of cores, and the memory.
pub fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = read("/proc/meminfo");
    let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = kib.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
    format!("{model}, {cores} cores, {:.0} GiB", kib.unwrap_or_default() / 1024.0 / 1024.0)
}

pub fn today() -> String {
    real_now().with_timezone(&Shanghai).format("%Y-%m-%d").to_string()
}
