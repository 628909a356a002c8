//! A list of promises with what became of each.

/// How many examples of a broken promise are shown.
const SHOWN: usize = 10;

#[derive(Default)]
pub struct Checks {
    broken: Vec<String>,
}

impl Checks {
    /// Prints one promise, and why it is broken if it is.
    pub fn that(&mut self, promise: &str, is_kept: bool, why: impl FnOnce() -> String) {
        if is_kept {
            println!("✓ {promise}");
        } else {
            let line = format!("{promise}: {}", why());
            println!("✗ {line}");
            self.broken.push(line);
        }
    }

    /// The same for a promise that these are exceptions to.
    pub fn none(&mut self, promise: &str, what: &str, exceptions: &[u32]) {
        let shown = &exceptions[..exceptions.len().min(SHOWN)];
        self.that(promise, exceptions.is_empty(), || format!("{} {what}, as {shown:?}", exceptions.len()));
    }

    /// The summary.
    pub fn all_kept(&self) -> bool {
        match self.broken.len() {
            0 => println!("\nevery promise was kept"),
            broken => println!("\n{broken} promises are broken"),
        }
        self.broken.is_empty()
    }
}
