//! Typed parts of objects from values and to values, without a format in between.
//!
//! The one way between types and data: each type's reading and writing is compiled for this
//! format alone. Must not know types. Invariant: what was written reads back the same.

mod read;
mod write;

pub use read::{read, read_without};
pub use write::write;

use std::fmt;

use serde::de::{Expected, Unexpected};

/// Why a value does not fit a type, or can't be one.
#[derive(Debug)]
pub struct Misfit(String);

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misfit {}

impl Misfit {
    fn of(what: &str, unexpected: &Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        match unexpected {
            Unexpected::Unit => Misfit(format!("invalid {what}: null, expected {expected}")),
            other => Misfit(format!("invalid {what}: {other}, expected {expected}")),
        }
    }
}

impl serde::de::Error for Misfit {
    fn custom<T: fmt::Display>(words: T) -> Misfit {
        Misfit(words.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        Misfit::of("type", &unexpected, expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        Misfit::of("value", &unexpected, expected)
    }
}

impl serde::ser::Error for Misfit {
    fn custom<T: fmt::Display>(words: T) -> Misfit {
        Misfit(words.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::container_state::ContainerState;
    use crate::api::pod::Pod;
    use crate::api::{IntOrString, Value};

    fn value(json: &str) -> Value {
        serde_json::from_str(json).expect("valid")
    }

    fn drop_nulls(json: &mut serde_json::Value) {
        match json {
            serde_json::Value::Object(entries) => {
                entries.retain(|_, one| !one.is_null());
                entries.values_mut().for_each(drop_nulls);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(drop_nulls),
            _ => {}
        }
    }

    #[test]
    fn a_type_reads_and_writes_as_through_json() {
        let json = r#"{"spec":{"containers":[{"image":"a","name":"b","odd":{"x":[1,1.5,null,"t",
            {"y":true}]},"ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"500m"}}}],
            "nodeName":null,"priority":-7,"terminationGracePeriodSeconds":30},
            "status":{"containerStatuses":[{"name":"b","state":{"terminated":{"exitCode":1,
            "reason":"Error"}}}]}}"#;
        let direct: Pod = read(&value(json)).expect("it fits");
        let through: Pod = serde_json::from_str(json).expect("it fits");
        assert_eq!(direct, through);
        let mut text = serde_json::to_value(&through).expect("plain");
        drop_nulls(&mut text);
        assert_eq!(write(&direct).expect("plain"), value(&text.to_string()));
        let again: Pod = read(&write(&direct).expect("plain")).expect("it fits");
        assert_eq!(again, direct);
    }

    #[test]
    fn a_misfit_is_told_as_json_tells_it() {
        let told = |json: &str| read::<Pod>(&value(json)).expect_err("no fit").to_string();
        let through = |json: &str| {
            let tree: serde_json::Value = serde_json::from_str(json).expect("valid");
            serde_json::from_value::<Pod>(tree).expect_err("no fit").to_string()
        };
        for json in [
            r#"{"spec":{"containers":7}}"#,
            r#"{"spec":{"containers":[{"name":[1]}]}}"#,
            r#"{"spec":{"priority":"high"}}"#,
            r#"{"spec":{"priority":1.5}}"#,
            r#"{"spec":{"priority":5000000000}}"#,
            r#"{"spec":[]}"#,
            r#"{"spec":{"containers":[null]}}"#,
            r#"{"status":{"containerStatuses":[{"name":"a","ready":{}}]}}"#,
            r#"{"status":{"phase":7}}"#,
            r#"{"status":{"phase":"Lost"}}"#,
        ] {
            assert_eq!(told(json), through(json), "{json}");
        }
    }

    #[test]
    fn variants_stand_under_their_names_and_numbers_or_words_as_they_are() {
        let state = ContainerState::waiting("PodInitializing");
        let json = r#"{"waiting":{"reason":"PodInitializing"}}"#;
        assert_eq!(write(&state).expect("plain"), value(json));
        assert_eq!(read::<ContainerState>(&value(json)).expect("it fits"), state);
        for port in [IntOrString::Int(80), IntOrString::Str("http".into())] {
            let written = write(&port).expect("plain");
            assert_eq!(read::<IntOrString>(&written).expect("it fits"), port);
        }
    }
}
