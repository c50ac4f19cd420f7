import pathlib
def sub(f,*pairs):
    p=pathlib.Path(f); s=p.read_text()
    for a,b in pairs:
        assert s.count(a)==1,(f,a,s.count(a)); s=s.replace(a,b)
    p.write_text(s)
