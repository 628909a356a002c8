//! `duban template`: the templates of our documents as files, to begin the office's own with; and whether those it
//! has put in their place can be used.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;

use super::{out, tell};
use crate::config::Settings;
use crate::exports::TEMPLATES;
use crate::exports::docx::FOLDER;

#[derive(Debug, Subcommand)]
pub enum Template {
    /// 把内置模板写成 docx 文件，已有的不覆盖 / write our templates as docx files, none over an existing one
    #[command(
        after_help = "例 / example:\n  duban template export\n  duban template export --to ./模板\n改好的模板放进数据目录的 templates 即生效 / put what you changed into `templates` of the data folder"
    )]
    Export {
        /// 写到哪个目录；默认是数据目录的 templates / the folder; without it the data folder's templates
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
    /// 检查换上的模板，指出写错的占位符 / check the office's own templates
    #[command(after_help = "例 / example:\n  duban template check")]
    Check,
}

pub async fn run(settings: &Settings, command: Template) -> anyhow::Result<ExitCode> {
    match command {
        Template::Export { to } => {
            let folder = to.unwrap_or_else(|| settings.data_dir.join(FOLDER));
            let unwritable = || format!("写不了 {0} / {0} cannot be written", folder.display());
            fs::create_dir_all(&folder).with_context(unwritable)?;
            for template in TEMPLATES {
                let path = folder.join(format!("{}.docx", template.name));
                if path.exists() {
                    tell(format_args!("已有，没有覆盖 / is there already: {}", path.display()));
                } else {
                    fs::write(&path, template.file()?).with_context(unwritable)?;
                    out(path.display());
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Template::Check => {
            let mut is_well = true;
            for template in TEMPLATES {
                let name = template.name;
                match template.check(&settings.data_dir) {
                    Ok(true) => out(format_args!("{name}：用换上的模板 / the office's own")),
                    Ok(false) => out(format_args!("{name}：用内置模板 / built in")),
                    Err(error) => {
                        is_well = false;
                        out(format_args!("{name}：{error}"));
                    }
                }
            }
            for stray in strays(&settings.data_dir.join(FOLDER))? {
                is_well = false;
                let names = TEMPLATES.iter().map(|template| template.name).collect::<Vec<_>>().join("、");
                out(format_args!(
                    "{stray}：没有叫这个名字的模板，不会用到 / no template is called so, it is never used：{names}"
                ));
            }
            Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// Documents in the folder that take no template's place. An editor's own trace of an open file is none.
fn strays(folder: &Path) -> anyhow::Result<Vec<String>> {
    let Ok(files) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for file in files {
        let name = file?.file_name().to_string_lossy().into_owned();
        let is_known = |stem| TEMPLATES.iter().any(|template| template.name == stem);
        if !name.starts_with('~') && name.strip_suffix(".docx").is_some_and(|stem| !is_known(stem)) {
            found.push(name);
        }
    }
    found.sort_unstable();
    Ok(found)
}
