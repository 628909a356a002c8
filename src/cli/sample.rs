//! The sample ledger of a fictional city, imported like any other: for the demo and the tests.

use sqlx::PgPool;
use uuid::Uuid;

use crate::domain::decision::Actor;
use crate::domain::ledger_file::{Batch, plan};
use crate::domain::time::in_china;
use crate::domain::workday::MORNING_SLOT;
use crate::domain::{Lang, Now};
use crate::imports::{self, sample};
use crate::store::{commit, import_facts};

/// The moment the sample's history ends and the demo begins: 2018-08-31 09:00.
pub fn beginning() -> Now {
    Now::at(in_china(sample::AS_OF, MORNING_SLOT))
}

/// Imports the sample as of its day.
pub async fn load(pool: &PgPool) -> anyhow::Result<()> {
    let mut batch = Batch { round: Some(sample::ROUND.to_owned()), ..Batch::default() };
    for (kind, name, bytes) in sample::FILES {
        let taken =
            imports::read(kind, name, bytes, &mut |_| ()).and_then(|file| batch.add(file.source, file.rows));
        if let Err(bad) = taken {
            anyhow::bail!(bad.lines(Lang::Zh).join("\n"));
        }
    }
    let mut conn = pool.acquire().await?;
    let current = import_facts::current(&mut conn, &batch).await?;
    let now = beginning();
    match plan(&batch, &current, sample::AS_OF, now.today(), &mut Uuid::now_v7) {
        Ok(plan) => {
            commit::import::write(&mut conn, &plan, &Actor::default(), now, &mut |_| ()).await?;
            Ok(())
        }
        Err(bad) => anyhow::bail!(bad.lines(Lang::Zh).join("\n")),
    }
}
