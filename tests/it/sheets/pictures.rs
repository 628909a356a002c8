//! Pictures: as wide as two phones' points, as high as they need, of the figures the ledger has.

use duban::exports::{Format, Unmade};

use super::{day, item, made, sample};

/// Width and height out of a PNG's head.
fn size(png: &[u8]) -> (u32, u32) {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "a PNG");
    let at = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().expect("four bytes"));
    (at(16), at(20))
}

#[tokio::test]
async fn every_picture_of_the_sample_is_drawn() {
    let pool = sample().await;
    let sixteen = Some(item(&pool, 16).await);
    for (name, subject, rows) in [
        ("course-picture", sixteen, 10),
        ("open-picture", None, 15),
        ("unit-picture", None, 30),
        ("category-picture", None, 13),
        ("curve-picture", None, 10),
    ] {
        let (written, png) = made(&pool, name, Format::Png, subject, day()).await.expect(name);
        if let Ok(folder) = std::env::var("PICTURES") { std::fs::write(format!("{folder}/{name}.png"), &png).unwrap(); }
        let (wide, high) = size(&png);
        assert_eq!(wide, 780, "{name}");
        assert!((500..2200).contains(&high), "{name}: {high}");
        assert_eq!(written.rows, rows, "{name}");
        assert!(png.len() < 200_000, "{name} is {} bytes", png.len());
    }
}

#[tokio::test]
async fn a_day_before_the_ledger_begins_is_refused_with_a_sentence() {
    let pool = sample().await;
    let early = "2016-01-01".parse().expect("a date");
    for name in ["open-picture", "unit-picture", "category-picture", "curve-picture"] {
        let error = made(&pool, name, Format::Png, None, early).await.expect_err(name);
        let told = &error.downcast_ref::<Unmade>().expect("a sentence").0;
        assert!(told.contains("截至 2016-01-01"), "{name}: {told}");
    }
}
