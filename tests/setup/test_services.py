"""The throwaway servers that other tests stand on."""

import psycopg
from redis import Redis


def test_a_test_gets_an_empty_database(postgres: str) -> None:
    with psycopg.connect(postgres) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        connection.execute("CREATE TABLE left_behind (id int)")
    assert tables == (0,)


def test_what_one_test_leaves_behind_the_next_does_not_see(postgres: str) -> None:
    with psycopg.connect(postgres) as connection:
        assert connection.execute("SELECT to_regclass('left_behind')").fetchone() == (None,)


def test_a_test_gets_an_empty_redis(redis: str) -> None:
    with Redis.from_url(redis) as connection:
        assert connection.dbsize() == 0
        assert connection.config_get("save") == {"save": ""}
