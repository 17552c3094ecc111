//! The words of the command line.
//!
//! Must not act on them. Invariant: an unknown word is a mistake, never ignored.

use podium::base::SimTime;

use crate::moment;

/// What a run was asked to be.
pub(crate) struct Options {
    pub(crate) files: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) nodes: u32,
    pub(crate) until: SimTime,
    pub(crate) script: Option<String>,
    pub(crate) trace: bool,
    pub(crate) digest: bool,
    pub(crate) yaml: Option<String>,
}

impl Options {
    pub(crate) fn read(words: &[String]) -> Result<Options, String> {
        let mut options = Options {
            files: Vec::new(),
            seed: 1,
            nodes: 3,
            until: SimTime::from_seconds(60),
            script: None,
            trace: false,
            digest: false,
            yaml: None,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seed" => options.seed = number(value()?)?,
                "--nodes" => {
                    options.nodes = u32::try_from(number(value()?)?)
                        .ok()
                        .filter(|nodes| *nodes <= 5_000)
                        .ok_or("--nodes takes at most 5000")?;
                }
                "--until" => {
                    let text = value()?;
                    options.until = moment(text).ok_or_else(|| format!("{text} is no time"))?;
                }
                "--script" => options.script = Some(value()?.clone()),
                "--yaml" => options.yaml = Some(value()?.clone()),
                "--trace" => options.trace = true,
                "--digest" => options.digest = true,
                other if other.starts_with('-') => return Err(format!("unknown option {other}")),
                file => options.files.push(file.to_owned()),
            }
        }
        if options.files.is_empty() && options.script.is_none() {
            return Err("no FILE and no script was given".to_owned());
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}
