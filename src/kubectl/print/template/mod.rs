//! Go templates: `{{range .items}}{{.metadata.name}}{{"\n"}}{{end}}`.
//!
//! Must not know kinds. Invariant: a template ends, as it loops over what is there only.
//!
//! Models text/template exec.go and staging/src/k8s.io/cli-runtime/pkg/printers/template.go
//! Differs: an error is told without its place in the template.

mod datum;
mod functions;
mod lex;
mod parse;

use crate::api::Value;
use datum::Datum;
use parse::{Node, Operand, Pipe, Templates};

/// How deep templates may call one another.
const DEPTH_MAX: u32 = 1_000;

/// A template.
#[derive(Clone, PartialEq, Debug)]
pub struct Template {
    all: Templates,
    /// Whether a key that is not there is an error.
    is_strict: bool,
}

/// What the nodes of a loop came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

type Done<T> = Result<T, String>;

impl Template {
    /// Reads a template.
    pub fn read(text: &str, is_strict: bool) -> Result<Template, String> {
        let all = parse::read(text).map_err(|why| format!("template: output:1: {why}"))?;
        Ok(Template { all, is_strict })
    }

    /// The template filled in from an object.
    pub fn print(&self, object: &Value) -> Result<String, String> {
        let whole = Datum::Json(object.clone());
        let mut run = Run {
            template: self,
            out: String::new(),
            variables: vec![(String::new(), whole.clone())],
            depth: 0,
        };
        let main = self.all.get("").map(Vec::as_slice).unwrap_or_default();
        match run.nodes(main, &whole) {
            Ok(_) => Ok(run.out),
            Err(why) => Err(format!("template: output: executing \"output\": {why}")),
        }
    }
}

struct Run<'a> {
    template: &'a Template,
    out: String,
    variables: Vec<(String, Datum)>,
    depth: u32,
}

impl Run<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Datum) -> Done<Flow> {
        for node in nodes {
            let flow = self.node(node, dot)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &Node, dot: &Datum) -> Done<Flow> {
        match node {
            Node::Text(text) => self.out += text,
            Node::Value(pipe) => {
                let value = self.pipe(pipe, dot)?;
                if pipe.sets.is_empty() {
                    // What is null is printed like what is not there.
                    self.out += &match value {
                        Datum::Json(Value::Null) => Datum::Missing.shown(),
                        other => other.shown(),
                    };
                }
            }
            Node::If(pipe, body, otherwise) | Node::With(pipe, body, otherwise) => {
                let mark = self.variables.len();
                let value = self.pipe(pipe, dot)?;
                let inner = if matches!(node, Node::With(..)) { &value } else { dot };
                let flow = if value.is_true() {
                    self.nodes(body, inner)
                } else {
                    self.nodes(otherwise, dot)
                };
                self.variables.truncate(mark);
                return flow;
            }
            Node::Range(pipe, body, otherwise) => return self.range(pipe, body, otherwise, dot),
            Node::Template(name, pipe) => self.call(name, pipe.as_ref(), dot)?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn call(&mut self, name: &str, pipe: Option<&Pipe>, dot: &Datum) -> Done<()> {
        let nodes = self.template.all.get(name).filter(|_| !name.is_empty());
        let nodes = nodes.ok_or_else(|| format!("template \"{name}\" not defined"))?;
        if self.depth == DEPTH_MAX {
            return Err(format!("exceeded maximum template depth ({DEPTH_MAX})"));
        }
        let value = match pipe {
            Some(pipe) => self.pipe(pipe, dot)?,
            None => Datum::Missing,
        };
        let own = vec![(String::new(), value.clone())];
        let outer = std::mem::replace(&mut self.variables, own);
        self.depth += 1;
        let done = self.nodes(nodes, &value);
        self.depth -= 1;
        self.variables = outer;
        done.map(|_| ())
    }

    fn range(&mut self, pipe: &Pipe, body: &[Node], otherwise: &[Node], dot: &Datum) -> Done<Flow> {
        let mark = self.variables.len();
        let over = self.commands(pipe, dot)?;
        let pairs: Vec<(Datum, Datum)> = match over {
            Datum::Json(Value::List(items)) => {
                let number = |at: usize| Datum::Int(i64::try_from(at).unwrap_or(i64::MAX));
                let all = items.into_iter().enumerate();
                all.map(|(at, one)| (number(at), Datum::Json(one))).collect()
            }
            Datum::Json(Value::Map(entries)) => entries
                .into_iter()
                .map(|(key, one)| (Datum::Json(Value::Str(key)), Datum::Json(one)))
                .collect(),
            Datum::Int(count) => (0..count).map(|at| (Datum::Int(at), Datum::Int(at))).collect(),
            Datum::Missing | Datum::Json(Value::Null) => Vec::new(),
            other => return Err(format!("range can't iterate over {}", other.shown())),
        };
        if pairs.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, one) in pairs {
            match pipe.sets.as_slice() {
                [] => {}
                [only] => self.set(only, one.clone(), pipe.is_new)?,
                [first, second, ..] => {
                    self.set(first, key, pipe.is_new)?;
                    self.set(second, one.clone(), pipe.is_new)?;
                }
            }
            let flow = self.nodes(body, &one)?;
            self.variables.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn set(&mut self, name: &str, value: Datum, is_new: bool) -> Done<()> {
        if is_new {
            self.variables.push((name.to_owned(), value));
            return Ok(());
        }
        let found = self.variables.iter_mut().rev().find(|(known, _)| known == name);
        let found = found.ok_or_else(|| format!("undefined variable: ${name}"))?;
        found.1 = value;
        Ok(())
    }

    fn pipe(&mut self, pipe: &Pipe, dot: &Datum) -> Done<Datum> {
        let value = self.commands(pipe, dot)?;
        for name in &pipe.sets {
            self.set(name, value.clone(), pipe.is_new)?;
        }
        Ok(value)
    }

    fn commands(&mut self, pipe: &Pipe, dot: &Datum) -> Done<Datum> {
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, value, dot)?);
        }
        Ok(value.unwrap_or(Datum::Missing))
    }

    fn command(&mut self, words: &[Operand], last: Option<Datum>, dot: &Datum) -> Done<Datum> {
        let Some((first, rest)) = words.split_first() else { return Ok(Datum::Missing) };
        if let Operand::Function(name) = first {
            return self.function(name, rest, last, dot);
        }
        if !rest.is_empty() || last.is_some() {
            return Err(match first {
                Operand::Fields(fields) | Operand::Variable(_, fields) if !fields.is_empty() => {
                    let name = fields.last().map(String::as_str).unwrap_or_default();
                    format!("{name} is not a method but has arguments")
                }
                _ => "can't give argument to non-function".to_owned(),
            });
        }
        self.operand(first, dot)
    }

    fn function(
        &mut self,
        name: &str,
        words: &[Operand],
        last: Option<Datum>,
        dot: &Datum,
    ) -> Done<Datum> {
        if name == "and" || name == "or" {
            // Only as many arguments are looked at as decide.
            let mut value = Datum::Missing;
            for word in words {
                value = self.operand(word, dot)?;
                if value.is_true() == (name == "or") {
                    return Ok(value);
                }
            }
            return Ok(last.unwrap_or(value));
        }
        let mut args = Vec::new();
        for word in words {
            args.push(self.operand(word, dot)?);
        }
        args.extend(last);
        functions::call(name, &args)
    }

    fn operand(&mut self, operand: &Operand, dot: &Datum) -> Done<Datum> {
        match operand {
            Operand::Dot => Ok(dot.clone()),
            Operand::Nil => Err("nil is not a command".to_owned()),
            Operand::Bool(is_so) => Ok(Datum::truth(*is_so)),
            Operand::Int(number) => Ok(Datum::Int(*number)),
            Operand::Float(text) => Ok(Datum::Float(text.parse().unwrap_or(0.0))),
            Operand::Text(text) => Ok(Datum::text(text.as_str())),
            Operand::Fields(fields) => self.fields(dot.clone(), fields),
            Operand::Variable(name, fields) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                let (_, value) = found.ok_or_else(|| format!("undefined variable: ${name}"))?;
                self.fields(value.clone(), fields)
            }
            Operand::Function(name) => self.function(name, &[], None, dot),
            Operand::Pipe(pipe, fields) => {
                let value = self.pipe(pipe, dot)?;
                self.fields(value, fields)
            }
        }
    }

    /// Models text/template exec.go evalField
    fn fields(&self, from: Datum, fields: &[String]) -> Done<Datum> {
        let mut at = from;
        for name in fields {
            at = match at {
                Datum::Json(Value::Map(mut entries)) => match entries.remove(&**name) {
                    Some(value) => Datum::Json(value),
                    None if self.template.is_strict => {
                        return Err(format!("map has no entry for key \"{name}\""));
                    }
                    None => Datum::Missing,
                },
                Datum::Missing if self.template.is_strict => {
                    return Err(format!("nil data; no entry for key \"{name}\""));
                }
                Datum::Missing => Datum::Missing,
                Datum::Json(Value::Null) => {
                    return Err(format!("nil pointer evaluating interface {{}}.{name}"));
                }
                _ => return Err(format!("can't evaluate field {name} in type interface {{}}")),
            };
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(template: &str) -> Result<String, String> {
        let tree: Value = serde_json::from_str(
            r#"{"items":[{"name":"a","n":3,"labels":{"x":"1","y":"2"}},{"name":"b","n":1000000}],
                "data":{"key.one":"YWJj"},"none":null,"half":0.5}"#,
        )
        .expect("valid");
        Template::read(template, false)?.print(&tree)
    }

    fn is(template: &str, text: &str) {
        assert_eq!(printed(template).as_deref(), Ok(text), "{template}");
    }

    #[test]
    fn fields_loops_and_branches_are_carried_out() {
        is(r#"{{range .items}}{{.name}}{{"\n"}}{{end}}"#, "a\nb\n");
        is("{{range $i, $one := .items}}{{if $i}},{{end}}{{$i}}={{$one.n}}{{end}}", "0=3,1=1e+06");
        is("{{range .items}}{{range $k, $v := .labels}}{{$k}}{{$v}} {{end}}{{end}}", "x1 y2 ");
        is(
            "{{range .missing}}x{{else}}none{{end}} {{.none}} {{.a.b}}",
            "none <no value> <no value>",
        );
        is("{{with .half}}{{.}}{{else}}no{{end}}{{with .a}}x{{else if .a}}{{end}}", "0.5");
        is("{{if .a}}1{{else if .half}}2{{else}}3{{end}}", "2");
        is("a {{- /* cut */ -}} b {{- 1 -}} c", "ab1c");
        is("{{$x := 1}}{{range .items}}{{$x = 2}}{{end}}{{$x}} {{$.half}}", "2 0.5");
        is("{{range .items}}{{if eq .name \"b\"}}{{break}}{{end}}{{.name}}{{end}}", "a");
        is(
            r#"{{define "n"}}<{{.}}>{{end}}{{range .items}}{{template "n" .name}}{{end}}"#,
            "<a><b>",
        );
        is("{{(index .items 0).name}}{{len .items}}", "a2");
    }

    #[test]
    fn functions_do_what_go_does() {
        is(r#"{{index .data "key.one" | base64decode}}"#, "abc");
        is(r#"{{printf "%-4s|%4s|%q|%.1f|%d" "a" "b" "c" .half 7}}"#, "a   |   b|\"c\"|0.5|7");
        is(r#"{{printf "%d" (index .items 0).n}}"#, "%!d(float64=3)");
        is(
            r#"{{and 1 0}} {{or 0 "x"}} {{not .a}} {{eq .half 0.5}} {{ne "a" "b"}}"#,
            "0 x true true true",
        );
        is(
            r#"{{eq "b" "a" "b"}} {{lt 1 2}} {{ge .half 0.5}} {{eq .a "x"}}"#,
            "true true true false",
        );
        is(r#"{{exists . "data" "key.one"}} {{exists . "data" "two"}}"#, "true false");
        is(r#"{{print 1 2 "a" 3}} {{"<a&b>" | html}}"#, "1 2a3 &lt;a&amp;b&gt;");
        is(r#"{{urlquery "a b/c"}} {{slice "abcd" 1 3}} {{println 1 "a"}}"#, "a+b%2Fc bc 1 a\n");
    }

    #[test]
    fn mistakes_are_told_in_gos_words() {
        let read = |text: &str| Template::read(text, false).expect_err(text);
        assert_eq!(read("{{.a"), "template: output:1: unclosed action");
        assert_eq!(read("{{if .a}}"), "template: output:1: unexpected EOF");
        assert_eq!(read("{{end}}"), "template: output:1: unexpected {{end}}");
        assert_eq!(read("{{foo .a}}"), "template: output:1: function \"foo\" not defined");
        let failed = |text: &str| printed(text).expect_err(text);
        assert!(failed("{{.half.x}}").ends_with("can't evaluate field x in type interface {}"));
        assert!(failed("{{eq .half 1}}").ends_with("incompatible types for comparison"));
        let tree = Value::Map(std::collections::BTreeMap::new());
        let strict = Template::read("{{.x}}", true).expect("valid").print(&tree);
        assert!(strict.expect_err("no key").ends_with("map has no entry for key \"x\""));
    }
}
