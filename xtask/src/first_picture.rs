//! The first picture: what the page shows before its engine has travelled.
//!
//! Knows where the site keeps its pictures; must not know what is in them. Invariant: a site
//! says that it has pictures only once they all lie there.

use std::path::Path;

use crate::tools::Tools;
use crate::{Outcome, run};

/// Where the pictures lie, seen from the page.
pub(crate) const FOLDER: &str = "first/";
/// What the page's root element begins with.
const ROOT: &str = "<html ";

/// Draws the pictures of the page as it begins, and tells the site that it has them.
pub(crate) fn add(site: &Path, tools: &Tools) -> Outcome {
    let folder = site.join(FOLDER);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let to = folder.display().to_string();
    let args = ["run", "--locked", "--quiet", "--features", "first-picture", "--bin", "podium-web"];
    run("draw the first picture", cargo, &[&args[..], &["--", &to]].concat(), tools)?;
    let page = site.join("index.html");
    let failed = |error: std::io::Error| format!("{}: {error}", page.display());
    let text = std::fs::read_to_string(&page).map_err(failed)?;
    std::fs::write(&page, told(&text)?).map_err(failed)
}

/// The page, told where its pictures lie.
fn told(page: &str) -> Outcome<String> {
    let (before, after) = page.split_once(ROOT).ok_or("the page has no root element")?;
    Ok(format!("{before}{ROOT}data-first=\"{FOLDER}\" {after}"))
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn a_page_is_told_where_its_pictures_lie() {
        let page = "<!doctype html><html data-theme=light><body></body></html>";
        let now =
            r#"<!doctype html><html data-first="first/" data-theme=light><body></body></html>"#;
        assert_eq!(told(page).as_deref(), Ok(now));
        assert!(told("<p>").is_err());
    }
}
