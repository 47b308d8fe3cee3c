"""The rule of the layers over the dbt manifest: staging, intermediate, dimensional, marts, in this direction only."""

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

# Bookkeeping of the load that every layer may read: the as-of date, the batches, and what earlier nights showed.
BOOKKEEPING = {"raw.load_context", "raw.batch", "raw.target_light"}
PREFIXES = {
    "staging": ("stg_",),
    "intermediate": ("int_",),
    "dimensions": ("dim_", "bridge_"),
    "facts": ("fct_", "bridge_"),
    "marts": ("mart_",),
}
# What a model of a layer may refer to.
MAY_READ: dict[str, set[str]] = {
    "staging": set(),
    "intermediate": {"staging", "intermediate", "dimensions", "facts", "seed"},
    "dimensions": {"staging", "intermediate", "dimensions", "facts", "seed"},
    "facts": {"staging", "intermediate", "dimensions", "facts", "seed"},
    "marts": {"dimensions", "facts"},
}
# Sources by schema; the marts on data quality show the audit tables, which a release holds itself.
MAY_READ_SOURCES: dict[str, set[str]] = {"staging": {"raw"}, "marts": {"audit"}}


def layer_of(node: Node) -> str:
    """Layer of a node by the folder it lies in: staging, intermediate, dimensions, facts, marts or seed."""
    if node["resource_type"] == "seed":
        return "seed"
    folders = node["path"].split("/")
    return str(folders[1] if folders[0] == "dimensional" else folders[0])


def violations(manifest: Mapping[str, Any]) -> list[str]:
    """One sentence per model that is in the wrong layer, reads what it must not, or does not say what a row is."""
    nodes, sources = manifest["nodes"], manifest["sources"]
    return [
        fault for node in nodes.values() if node["resource_type"] == "model" for fault in _faults(node, nodes, sources)
    ]


def _faults(node: Node, nodes: Mapping[str, Node], sources: Mapping[str, Node]) -> Iterator[str]:
    name, layer = node["name"], layer_of(node)
    if layer not in PREFIXES:
        yield f"{name}: lies in {node['path']}, which is no layer"
        return
    if not name.startswith(PREFIXES[layer]):
        yield f"{name}: a model of {layer} is called {' or '.join(PREFIXES[layer])}..."
    if not node["description"].lstrip().startswith("Grain:") and layer in ("dimensions", "facts", "marts"):
        yield f"{name}: its description does not begin with its grain"
    for parent in node["depends_on"]["nodes"]:
        if parent in nodes:
            read = layer_of(nodes[parent])
            if read not in MAY_READ[layer]:
                yield f"{name}: a model of {layer} reads {nodes[parent]['name']} of {read}"
        elif parent in sources:
            source = sources[parent]
            full = f"{source['schema']}.{source['identifier']}"
            if full not in BOOKKEEPING and source["schema"] not in MAY_READ_SOURCES.get(layer, set()):
                yield f"{name}: a model of {layer} reads the source {full}"


def undocumented(manifest: Mapping[str, Any]) -> list[str]:
    """Dimensional models and marts without a Chinese label, and their columns without one or without a description."""
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or layer_of(node) not in ("dimensions", "facts", "marts"):
            continue
        if not node["config"].get("meta", {}).get("label_zh"):
            found.append(f"{node['name']}: no Chinese label")
        if not node["columns"]:
            found.append(f"{node['name']}: no column is documented")
        for column in node["columns"].values():
            meta = {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}
            if not column["description"]:
                found.append(f"{node['name']}.{column['name']}: no description")
            if not meta.get("label_zh"):
                found.append(f"{node['name']}.{column['name']}: no Chinese label")
    return found
