/* The charts of a lab page. */

import { drawCharts } from "./lib/chart.mjs";

drawCharts();
