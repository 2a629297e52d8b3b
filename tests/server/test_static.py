from xling.server.static import static_files


def test_every_file_of_the_page_has_an_address_of_its_own():
    files = {file.path: file for file in static_files()}
    assert {"/", "/docs", "/static/page.js", "/static/page.css", "/static/docs.js"} <= set(files)
    assert files["/"].kind.startswith("text/html")
    assert b"/static/page.js" in files["/"].data
    assert len({file.tag for file in files.values()}) == len(files)
