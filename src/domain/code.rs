//! One-time binding codes: how they are spelt, read back and recognised, and how long they live.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::decision::{CodeFor, NewCode};
use super::time::Now;

/// No 0/O, 1/I/L, U/V: a code is read from paper and typed on a phone.
const LETTERS: &[u8; 29] = b"23456789ABCDEFGHJKMNPQRSTWXYZ";
/// Ten letters of 29: 48 bits, which throttled guessing does not find in a code's life.
pub const LENGTH: usize = 10;

/// Long enough to walk to the contact's desk, short enough that a lost slip of paper is worthless soon.
pub const LIFE: TimeDelta = TimeDelta::hours(24);
/// Random bytes for one code; that too few of them fall inside the alphabet does not happen.
pub const RANDOM: usize = 64;

/// A fresh code for a post: how it is spelt, and what is kept of it.
pub fn fresh(
    random: &[u8; RANDOM],
    id: Uuid,
    post: Uuid,
    purpose: CodeFor,
    now: Now,
) -> Option<(String, NewCode)> {
    let spelt = spell(random)?;
    let digest = digest(&spelt);
    Some((spelt, NewCode { id, post, digest, expires_at: now.utc + LIFE, purpose, issued_by: None }))
}

/// A code from random bytes, as `ABCDE-FGHJK`. `None` when too few bytes fall inside the alphabet.
pub fn spell(random: &[u8]) -> Option<String> {
    let letters: Vec<char> = random
        .iter()
        // Bytes above the largest multiple of 29 would make some letters likelier than others.
        .filter(|byte| **byte < 232)
        .map(|byte| LETTERS[usize::from(*byte) % 29] as char)
        .take(LENGTH)
        .collect();
    (letters.len() == LENGTH).then(|| {
        format!("{}-{}", letters[..5].iter().collect::<String>(), letters[5..].iter().collect::<String>())
    })
}

/// SHA-256 of the code as people may type it: case, blanks and dashes do not matter. Hex.
pub fn digest(typed: &str) -> String {
    let plain: String =
        typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    hex(&Sha256::digest(plain.as_bytes()))
}

/// Bytes as lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_typed() {
        let code = spell(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).expect("enough bytes");
        assert_eq!(code, "23456-789AB");
        assert_eq!(digest("23456-789AB"), digest(" 23456 789ab "));
        assert_ne!(digest("23456-789AB"), digest("23456-789AC"));
        assert_eq!(spell(&[255; 40]), None);
    }
}
