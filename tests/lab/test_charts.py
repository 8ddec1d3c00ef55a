import json
import re

import pytest
from django.template.loader import render_to_string

from lab.charts import Chart, Mark, Series


def chart(**fields):
    wanted = {"id": "mae", "title": "Levels off", "x": [1.0, 2.0, 3.0], "x_label": "month", "y_label": "levels off"}
    wanted["series"] = [Series("model", [1.5, None, 1.256], low=[1.0, None, 1.0], high=[2.0, None, 1.5])]
    return Chart(**{**wanted, **fields})


def test_a_chart_and_its_table_show_the_same_numbers():
    page = render_to_string("lab/chart.html", {"chart": chart(marks=[Mark(2.0, "new phone")])})
    told = json.loads(re.search(r'<script id="mae-data" type="application/json">(.*?)</script>', page)[1])
    assert told["series"][0]["values"] == [1.5, None, 1.256]
    assert told["marks"] == [{"x": 2.0, "label": "new phone"}]
    cells = re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", page)
    assert cells == ["month", "model", "1", "1.50 (1.00 – 2.00)", "3", "1.26 (1.00 – 1.50)"]


def test_a_time_axis_is_told_as_days():
    assert chart(x=[0.0, 86400.0, 172800.0], x_is_time=True).rows[0][0] == "1 Jan 1970"


def test_a_series_of_another_length_is_refused():
    with pytest.raises(ValueError, match="model"):
        chart(x=[1.0, 2.0])


def test_a_chart_without_a_number_says_so():
    page = render_to_string("lab/chart.html", {"chart": chart(series=[Series("model", [None, None, None])])})
    assert "Nothing has been measured yet." in page
    assert "data-lab-chart" not in page
