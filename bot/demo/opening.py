"""Set up the sample bureau for a demonstration (开张): an empty database, the bureau, its registers from Excel files."""

import secrets
import shutil
from datetime import datetime
from pathlib import Path

from bot.demo.founding import found
from bot.demo.phones import StoryBroken
from bot.demo.registers import write_registers
from bot.maintenance import import_file, in_transaction
from bot.settings import Settings
from storage.migrating import migrate

BUREAU = "530400"


def set_up(folder: Path, port: int, starts_at: datetime) -> Settings:
    """Make an empty database, found the sample bureau and import its registers from Excel files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = _settings(folder, port, starts_at)
    print("建立示例单位：玉溪市商务局、四个科室、九个县区局")
    migrate(settings.database_url)
    in_transaction(settings, lambda session: found(session, starts_at))
    for register, path in write_registers(folder / "registers", starts_at.date()).items():
        report = import_file(settings, register, path, BUREAU)
        print(f"从 {path.name} 导入 {report.sentence(register)}")
        if report.wrong:
            raise StoryBroken(f"{path.name} 有 {report.wrong} 行没有导入")
    return settings


def _settings(folder: Path, port: int, starts_at: datetime) -> Settings:
    """Return the demonstration's settings and keep them, so that `make serve` can go on with the same data."""
    values = {
        "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}",
        "MEDIA_DIR": str(folder / "media"),
        "SIMULATOR_PHONES": str(folder / "phones.sqlite3"),
        "SECRET_KEY": secrets.token_hex(32),
        "SIMULATOR_SECRET": secrets.token_hex(16),
        "MESSENGERS": "simulator",
        "PORT": str(port),
        "CLOCK_START": starts_at.isoformat(),
    }
    file = folder / "demo.env"
    file.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    file.chmod(0o600)
    return Settings(_env_file=file)
