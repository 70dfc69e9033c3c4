#!/bin/sh
# 备份双随机助手：数据库和照片附件。服务不用停。
#   deploy/backup.sh 备份目录 [程序目录，默认当前目录]
# 每次在备份目录下新建一个以时间命名的文件夹，旧的不删。SECRET_KEY 不在备份里，请另行保管。
set -eu
umask 077
[ $# -ge 1 ] || { echo "用法：$0 备份目录 [程序目录]" >&2; exit 2; }
mkdir -p "$1"
target=$(cd "$1" && pwd)/$(date +%Y%m%d-%H%M%S)
cd "${2:-.}"
python=.venv/bin/python
[ -x "$python" ] || { echo "$(pwd) 里没有 .venv，请把程序目录写在第二个参数" >&2; exit 2; }

# 程序用什么配置，备份就用什么配置
setting() {
    "$python" -c 'import sys; from bot.settings import Settings; print(getattr(Settings(), sys.argv[1]))' "$1"
}
url=$(setting database_url)
media=$(setting media_dir)
mkdir "$target"

# 先备份数据库，再复制附件：附件只增不改，所以数据库里提到的附件一定都在
case $url in
sqlite:*)
    "$python" - "$url" "$target/database.sqlite3" <<'PY'
import sqlite3
import sys

from sqlalchemy.engine import make_url

source = sqlite3.connect(f"file:{make_url(sys.argv[1]).database}?mode=ro", uri=True)
copy = sqlite3.connect(sys.argv[2])
source.backup(copy)
copy.execute("PRAGMA journal_mode=DELETE")
answer = copy.execute("PRAGMA integrity_check").fetchone()[0]
copy.close()
if answer != "ok":
    sys.exit(f"备份的数据库不完整：{answer}")
PY
    ;;
postgresql*)
    pg_dump --format=custom --no-owner --file="$target/database.dump" \
        --dbname="$(printf '%s' "$url" | sed 's/^postgresql+[a-z0-9]*:/postgresql:/')"
    ;;
*)
    echo "不认识的数据库地址" >&2
    exit 2
    ;;
esac

if [ -d "$media" ]; then
    cp -a "$media" "$target/media"
fi
(cd "$target" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS)
echo "已备份到 $target"
