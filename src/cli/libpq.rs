//! A database's address as the variables that PostgreSQL's own programs read. On their command line
//! everybody on the machine could read the password.

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::store::pools;

/// What our address in the query part is called there.
const FROM_QUERY: [(&str, &[&str]); 5] = [
    ("PGPASSWORD", &["password"]),
    ("PGSSLMODE", &["sslmode", "ssl-mode"]),
    ("PGSSLROOTCERT", &["sslrootcert", "ssl-root-cert", "ssl-ca"]),
    ("PGSSLCERT", &["sslcert", "ssl-cert"]),
    ("PGSSLKEY", &["sslkey", "ssl-key"]),
];

/// Names and values for `pg_dump` and the like; what else the environment says stays as it is.
pub fn variables(url: &str) -> anyhow::Result<Vec<(&'static str, String)>> {
    // sqlx reads the same variables for what the address leaves out: it says what was meant in the end.
    let options = pools::options(url)?;
    let host = match options.get_socket() {
        Some(socket) => socket.to_string_lossy().into_owned(),
        None => options.get_host().to_owned(),
    };
    let mut variables = vec![
        ("PGHOST", host),
        ("PGPORT", options.get_port().to_string()),
        ("PGUSER", options.get_username().to_owned()),
        ("PGDATABASE", options.get_database().unwrap_or(options.get_username()).to_owned()),
    ];
    let url = Url::parse(url)?;
    if let Some(password) = url.password() {
        variables.push(("PGPASSWORD", percent_decode_str(password).decode_utf8()?.into_owned()));
    }
    for (name, value) in url.query_pairs() {
        if let Some((variable, _)) = FROM_QUERY.iter().find(|(_, names)| names.contains(&&*name)) {
            variables.push((variable, value.into_owned()));
        }
    }
    Ok(variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Vec<String> {
        let variables = variables(url).expect("reads");
        variables.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn an_address_says_the_same_in_variables() {
        assert_eq!(
            shown("postgres://u%40v:p%2F%25w+@db.example:5433/督办?sslmode=require&ssl-root-cert=/a b.pem"),
            [
                "PGHOST=db.example",
                "PGPORT=5433",
                "PGUSER=u@v",
                "PGDATABASE=督办",
                "PGPASSWORD=p/%w+",
                "PGSSLMODE=require",
                "PGSSLROOTCERT=/a b.pem",
            ]
        );
        assert_eq!(
            shown("postgres://duban@localhost:5432/duban?host=%2Fdata%2F%E5%BA%93&password=a%26b"),
            ["PGHOST=/data/库", "PGPORT=5432", "PGUSER=duban", "PGDATABASE=duban", "PGPASSWORD=a&b"]
        );
    }
}
