"""The parts that pages share: what a read model hands over for each template in templates/components."""
